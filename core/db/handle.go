package db

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

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

	mu       sync.Mutex
	pool     *pgxpool.Pool
	url      string // that the pool was made with
	settings settings
}

func newHandle(src source, r role) *handle {
	return &handle{source: src, role: r, retries: defaultRetries}
}

// acquire returns a live session. It tries again while the database cannot be
// reached, within bounds; it reads the credentials again, once, when they are
// refused, as the password may have been rotated; and it sets up sessions in the
// way of poolers, for good, when the usual way is refused.
func (h *handle) acquire(ctx context.Context) (*session, error) {
	giveUp := time.Now().Add(h.retries.budget)
	refreshed, pooled := false, false
	for attempt := 0; ; attempt++ {
		s, err := h.try(ctx)
		if err == nil {
			return s, nil
		}
		if isRefused(err) && !refreshed {
			refreshed = true
			if err = h.refresh(ctx, false); err == nil {
				continue
			}
		}
		if refusesSettings(err) && !pooled {
			pooled = true
			if err = h.refresh(ctx, true); err == nil {
				continue
			}
		}
		if !isTransient(err) || !h.retries.wait(ctx, attempt, giveUp) {
			return nil, unavailable(err)
		}
	}
}

func (h *handle) try(ctx context.Context) (*session, error) {
	pool, settings, err := h.open(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	h.used.Store(time.Now().UnixNano())
	return &session{Conn: conn, pool: pool, settings: settings, harmless: settings.readOnly}, nil
}

// open returns the pool, and makes it at the first call.
func (h *handle) open(ctx context.Context) (*pgxpool.Pool, settings, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pool != nil {
		return h.pool, h.settings, nil
	}
	err := h.remake(ctx, false)
	return h.pool, h.settings, err
}

// refresh reads the credentials again and makes a new pool when they differ, or
// when a pooler turns out to stand before the server.
func (h *handle) refresh(ctx context.Context, pooled bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.remake(ctx, pooled)
}

// remake makes the pool from the source's present credentials, unless it was
// made from the same. A handle that has met a pooler remembers it. The caller
// holds the lock.
func (h *handle) remake(ctx context.Context, pooled bool) error {
	credentials, err := h.source.read(ctx)
	if err != nil {
		return err
	}
	pooled = pooled || h.settings.pooled
	url := credentials.url(h.role)
	if h.pool != nil && h.url == url && h.settings.pooled == pooled {
		return nil
	}
	conn, settings, err := connConfig(credentials, h.role, pooled)
	if err != nil {
		return err
	}
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(ctx), poolConfig(conn, h.shouldPing))
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	if h.pool != nil {
		go h.pool.Close() // waits until its connections come back, which may be the caller's
	}
	h.pool, h.url, h.settings = pool, url, settings
	return nil
}

// shouldPing reports whether a connection must show that it is alive before it is
// used. A frozen instance does not notice that its peer has gone, and the
// monotonic clock that measures idleness may have stood still, so the wall
// clock decides as well.
func (h *handle) shouldPing(_ context.Context, p pgxpool.ShouldPingParams) bool {
	unused := time.Duration(time.Now().UnixNano() - h.used.Load())
	return p.IdleDuration >= pingAfter || unused >= pingAfter || unused < 0
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
