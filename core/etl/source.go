package etl

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
)

// Source is a table whose changed rows are read as values of R. The service that
// owns the table declares it, so that nobody else knows its columns. The table has a
// column changed_xid, set by the trigger of source.sql, and an index on that column
// and the key.
type Source[R any] struct {
	Table   string         // "orders"
	Key     string         // the column of its primary key
	Columns string         // what a row has, as in SELECT
	Fields  func(*R) []any // where the columns are scanned to, in their order
}

// read returns the rows after a watermark, in their order, and the watermark of the
// last one. All of them are below the horizon; see the package's comment.
func (s Source[R]) read(ctx context.Context, from *db.Replica, after watermark, limit int) ([]R, watermark, error) {
	key := "changed." + s.Key
	list, err := from.Query(ctx, `
		SELECT changed.changed_xid::text, `+key+`::text, `+s.Columns+`
		FROM `+s.Table+` AS changed
		WHERE (changed.changed_xid, `+key+`) > ($1::text::xid8, $2)
		  AND changed.changed_xid < pg_snapshot_xmin(pg_current_snapshot())
		ORDER BY changed.changed_xid, `+key+`
		LIMIT $3`, after.xid, after.key, limit)
	if err != nil {
		return nil, after, err
	}
	rows, err := pgx.CollectRows(list, func(row pgx.CollectableRow) (r R, err error) {
		return r, row.Scan(append([]any{&after.xid, &after.key}, s.Fields(&r)...)...)
	})
	return rows, after, err
}

// cluster returns what the IDs of transactions are those of.
func cluster(ctx context.Context, from *db.Replica) (id string, err error) {
	err = from.QueryRow(ctx, `
		SELECT system_identifier || '/' || timeline_id
		FROM pg_control_system(), pg_control_checkpoint()`).Scan(&id)
	return id, err
}
