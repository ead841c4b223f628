package db

import "github.com/jackc/pgx/v5"

// rows gives its connection back when it is closed or at its end.
type rows struct {
	pgx.Rows
	release func()
}

func (r *rows) Close() {
	r.Rows.Close()
	r.release()
}

func (r *rows) Next() bool {
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

// row gives its connection back when it has been scanned.
type row struct {
	row     pgx.Row
	release func()
	err     error // of acquiring the connection
}

func (r row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.release()
	return r.row.Scan(dest...)
}
