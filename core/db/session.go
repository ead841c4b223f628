package db

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// session is a connection in use.
type session struct {
	*pgxpool.Conn
	pool     *pgxpool.Pool
	settings settings
	harmless bool // what has run can have no effect: it only reads, or is not committed
}

// endTimeout bounds the end of a read-only transaction.
const endTimeout = time.Second

// bound ends a statement in time where the server does not: behind a pooler,
// outside of a transaction.
func (s *session) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if !s.settings.pooled || s.settings.statement == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.settings.statement)
}

// querier runs statements: a connection or a transaction.
type querier interface {
	Reader
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// reader returns what runs one statement, and what to call at the end: behind a
// pooler a read-only transaction where nothing may be written, as the session itself
// cannot be read-only; otherwise the session.
func (s *session) reader(ctx context.Context) (querier, func(), error) {
	if !s.settings.pooled || !s.settings.readOnly {
		return s.Conn, func() {}, nil
	}
	tx, err := s.BeginTx(ctx, s.settings.txOptions())
	if err != nil {
		return nil, nil, err
	}
	return tx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
		defer cancel()
		_ = tx.Rollback(ctx) // it has written nothing; a connection that cannot do it is not used again
	}, nil
}

// run lends f a session, and runs it again, once, where its error came from the
// session, not from what f does, and f has certainly had no effect. What is left
// of such an error is Unavailable. Unless f returns nil and keeps the session,
// it is released.
func (h *handle) run(ctx context.Context, f func(*session) (kept bool, err error)) error {
	for again := true; ; again = false {
		s, err := h.acquire(ctx)
		if err != nil {
			return err
		}
		o, err := h.attempt(s, f)
		if err == nil {
			return nil
		}
		if !again || ctx.Err() != nil || !s.again(o, sqlState(err)) {
			return shown(o, err)
		}
	}
}

// attempt calls f once. The session is released unless it is kept, also when f
// panics.
func (h *handle) attempt(s *session, f func(*session) (bool, error)) (o outcome, err error) {
	var kept bool
	defer func() {
		if !kept {
			h.release(s, o)
		}
	}()
	if kept, err = f(s); err == nil {
		return own, nil
	}
	o = outcomeOf(s.Conn.Conn(), err)
	if o == moved && s.settings.readOnly {
		o = own // it never takes writes
	}
	return o, err
}

// release puts a session back. When its server is gone or has another role, so
// is the other connection's, and none of them is used again.
func (h *handle) release(s *session, o outcome) {
	s.Release()
	if o == moved || o == lost {
		s.pool.Reset()
	}
}

func (h *handle) exec(ctx context.Context, sql string, args []any) (tag pgconn.CommandTag, err error) {
	err = h.run(ctx, func(s *session) (bool, error) {
		ctx, cancel := s.bound(ctx)
		defer cancel()
		r, end, err := s.reader(ctx)
		if err != nil {
			return false, err
		}
		defer end()
		tag, err = r.Exec(ctx, sql, args...)
		return false, err
	})
	return tag, err
}

func (h *handle) tx(ctx context.Context, f func(pgx.Tx) error) error {
	return h.run(ctx, func(s *session) (bool, error) {
		s.harmless = true
		return false, pgx.BeginTxFunc(ctx, s.Conn, s.settings.txOptions(), func(tx pgx.Tx) error {
			err := f(tx)
			s.harmless = err != nil // else it is committed now
			return err
		})
	})
}

// query reads as far as the first row, so that what a server says of the session
// is heard while the statement can run again.
func (h *handle) query(ctx context.Context, sql string, args []any) (pgx.Rows, error) {
	var list *rows
	err := h.run(ctx, func(s *session) (bool, error) {
		ctx, cancel := s.bound(ctx)
		r, end, err := s.reader(ctx)
		if err != nil {
			cancel()
			return false, err
		}
		result, err := r.Query(ctx, sql, args...)
		if err != nil {
			end()
			cancel()
			return false, err
		}
		list = newRows(s, result, func() { end(); cancel() })
		return list.first()
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// row is a statement that returns one row; it runs when it is scanned.
type row struct {
	h    *handle
	ctx  context.Context
	sql  string
	args []any
}

func (r row) Scan(dest ...any) error {
	return r.h.run(r.ctx, func(s *session) (bool, error) {
		ctx, cancel := s.bound(r.ctx)
		defer cancel()
		reader, end, err := s.reader(ctx)
		if err != nil {
			return false, err
		}
		defer end()
		return false, reader.QueryRow(ctx, r.sql, r.args...).Scan(dest...)
	})
}
