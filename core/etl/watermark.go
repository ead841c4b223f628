package etl

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// watermark is how far a job has come in its source.
type watermark struct {
	cluster string  // "": the job has not run
	xid     string  // ID of a transaction
	key     *string // of a row; nil: before the first one
}

// start returns the watermark before all rows of a cluster.
func start(cluster string) watermark { return watermark{cluster: cluster, xid: "0"} }

// lockWatermark returns a job's watermark, and keeps others from it until the end of
// the transaction; false when another run has it.
func lockWatermark(ctx context.Context, tx pgx.Tx, job string) (w watermark, ok bool, err error) {
	err = tx.QueryRow(ctx, `
		SELECT cluster, changed_xid::text, key FROM etl_watermarks
		WHERE job = $1 FOR UPDATE SKIP LOCKED`, job).Scan(&w.cluster, &w.xid, &w.key)
	if errors.Is(err, pgx.ErrNoRows) {
		return w, false, nil
	}
	return w, err == nil, err
}

// save stores a job's watermark, after so many more rows.
func (w watermark) save(ctx context.Context, tx pgx.Tx, job string, rows int) error {
	_, err := tx.Exec(ctx, `
		UPDATE etl_watermarks
		SET cluster = $2, changed_xid = $3::text::xid8, key = $4, copied = copied + $5, copied_at = now()
		WHERE job = $1`, job, w.cluster, w.xid, w.key, rows)
	return err
}
