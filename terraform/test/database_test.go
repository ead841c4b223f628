package test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const queryLimit = 30 * time.Second

// row reads the one row of a query.
func (d *deployment) row(t *testing.T, into []any, sql string, args ...any) {
	t.Helper()
	if err := d.query(t.Context(), into, sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// query is row for a question that is asked more than once.
func (d *deployment) query(ctx context.Context, into []any, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, queryLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, d.database)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return conn.QueryRow(ctx, sql, args...).Scan(into...)
}

// exec runs a statement.
func (d *deployment) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), queryLimit)
	defer cancel()
	conn := must(pgx.Connect(ctx, d.database))(t)
	defer conn.Close(ctx)
	must(conn.Exec(ctx, sql, args...))(t)
}
