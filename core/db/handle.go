package db

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seastack/seastack/core/fault"
)

// handle is a pool that is made at its first use, and again when the
// credentials have changed.
type handle struct {
	source  source
	role    role
	retries retries

	used atomic.Int64 // wall clock of the last acquire, in ns since 1970

	mu   sync.Mutex
	pool *pgxpool.Pool
	url  string // that the pool was made with
}

func newHandle(src source, r role) *handle {
	return &handle{source: src, role: r, retries: defaultRetries}
}

// acquire gives a live connection. It tries again while the database cannot be
// reached, within bounds, and reads the credentials again, once, when they are
// refused: the password may have been rotated.
func (h *handle) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	giveUp := time.Now().Add(h.retries.budget)
	refreshed := false
	for attempt := 0; ; attempt++ {
		conn, err := h.try(ctx)
		if err == nil {
			return conn, nil
		}
		if isRefused(err) && !refreshed {
			refreshed = true
			if err = h.refresh(ctx); err == nil {
				continue
			}
		}
		if !isTransient(err) || !h.retries.wait(ctx, attempt, giveUp) {
			return nil, unavailable(err)
		}
	}
}

func (h *handle) try(ctx context.Context) (*pgxpool.Conn, error) {
	pool, err := h.open(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	h.used.Store(time.Now().UnixNano())
	return conn, nil
}

// open gives the pool, and makes it at the first call.
func (h *handle) open(ctx context.Context) (*pgxpool.Pool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pool != nil {
		return h.pool, nil
	}
	return h.remake(ctx)
}

// refresh reads the credentials again and makes a new pool when they differ.
func (h *handle) refresh(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.remake(ctx)
	return err
}

// remake makes the pool from the source's present credentials, unless it was
// made from the same. The caller holds the lock.
func (h *handle) remake(ctx context.Context) (*pgxpool.Pool, error) {
	credentials, err := h.source.read(ctx)
	if err != nil {
		return nil, err
	}
	url := credentials.url(h.role)
	if h.pool != nil && h.url == url {
		return h.pool, nil
	}
	conn, err := connConfig(credentials, h.role)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(ctx), poolConfig(conn, h.shouldPing))
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if h.pool != nil {
		go h.pool.Close() // waits until its connections come back, which may be the caller's
	}
	h.pool, h.url = pool, url
	return pool, nil
}

// shouldPing says whether a connection must show that it is alive before it is
// used. A frozen instance does not notice that its peer has gone, and the
// monotonic clock that measures idleness may have stood still, so the wall
// clock decides as well.
func (h *handle) shouldPing(_ context.Context, p pgxpool.ShouldPingParams) bool {
	unused := time.Duration(time.Now().UnixNano() - h.used.Load())
	return p.IdleDuration >= pingAfter || unused >= pingAfter || unused < 0
}

func (h *handle) query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	conn, err := h.acquire(ctx)
	if err != nil {
		return nil, err
	}
	result, err := conn.Query(ctx, sql, args...)
	if err != nil {
		conn.Release()
		return nil, err
	}
	return &rows{Rows: result, release: sync.OnceFunc(conn.Release)}, nil
}

func (h *handle) queryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	conn, err := h.acquire(ctx)
	if err != nil {
		return row{err: err}
	}
	return row{row: conn.QueryRow(ctx, sql, args...), release: conn.Release}
}

func (h *handle) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pool != nil {
		h.pool.Close()
		h.pool = nil
	}
}

// unavailable turns whatever kept us from a connection into a fault; the cause is
// for the logs.
func unavailable(err error) error {
	return fault.New(fault.Unavailable, "The database does not answer at the moment.").Because(err)
}
