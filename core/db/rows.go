package db

import (
	"sync"

	"github.com/jackc/pgx/v5"
)

// rows releases its session when it is closed or at its end.
type rows struct {
	pgx.Rows
	conn    *pgx.Conn
	end     func() // of what is around the statement
	release func() // end, and of the session
	peeked  bool   // the first row has been read ahead
}

func newRows(s *session, result pgx.Rows, end func()) *rows {
	return &rows{Rows: result, conn: s.Conn.Conn(), end: end, release: sync.OnceFunc(func() { end(); s.Release() })}
}

// first reads the first row ahead. The session is kept while there may be more;
// when the error is not nil, the caller releases it.
func (r *rows) first() (kept bool, err error) {
	if r.Rows.Next() {
		r.peeked = true
		return true, nil
	}
	if err := r.Rows.Err(); err != nil {
		r.end()
		return false, err
	}
	r.release()
	return true, nil
}

func (r *rows) Close() {
	r.Rows.Close()
	r.release()
}

func (r *rows) Next() bool {
	if r.peeked {
		r.peeked = false
		return true
	}
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *rows) Scan(dest ...any) error {
	err := r.Rows.Scan(dest...)
	if err != nil {
		r.Close()
	}
	return err
}

func (r *rows) Values() ([]any, error) {
	values, err := r.Rows.Values()
	if err != nil {
		r.Close()
	}
	return values, err
}

// Err reports a session that was lost between two rows as Unavailable.
func (r *rows) Err() error {
	err := r.Rows.Err()
	return shown(outcomeOf(r.conn, err), err)
}
