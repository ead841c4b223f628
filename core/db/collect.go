package db

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// List returns what scan makes of the rows of a query.
func List[T any](ctx context.Context, r Reader, scan pgx.RowToFunc[T], sql string, args ...any) ([]T, error) {
	rows, err := r.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// One returns what scan makes of the only row of a query; nil when there is none. More
// rows than one are an error.
func One[T any](ctx context.Context, r Reader, scan pgx.RowToFunc[*T], sql string, args ...any) (*T, error) {
	rows, err := r.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectExactlyOneRow(rows, scan)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return found, err
}
