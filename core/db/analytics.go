package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Analytics is the analytics store: a database apart from the primary, which takes
// reads and writes and has migrations of its own. It is safe for concurrent use,
// and its errors are those of Primary.
type Analytics struct{ h *handle }

// OpenAnalytics is OpenPrimary for the analytics store.
func OpenAnalytics(ctx context.Context) (*Analytics, error) {
	src, err := analyticsPlace.read(ctx)
	if err != nil {
		return nil, err
	}
	return &Analytics{h: newHandle(src, analyticsRole)}, nil
}

// NewAnalytics returns a handle on the database at a URL: for tests and tools.
func NewAnalytics(url string) (*Analytics, error) {
	src, err := newStaticSource(url)
	if err != nil {
		return nil, err
	}
	return &Analytics{h: newHandle(src, analyticsRole)}, nil
}

// Query is Primary.Query.
func (a *Analytics) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return a.h.query(ctx, sql, args)
}

// QueryRow is Primary.QueryRow.
func (a *Analytics) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return row{h: a.h, ctx: ctx, sql: sql, args: args}
}

// Exec is Primary.Exec.
func (a *Analytics) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return a.h.exec(ctx, sql, args)
}

// Tx is Primary.Tx. The transaction has pgx's CopyFrom, for many rows.
func (a *Analytics) Tx(ctx context.Context, f func(pgx.Tx) error) error { return a.h.tx(ctx, f) }

// Close is Primary.Close.
func (a *Analytics) Close() { a.h.close() }
