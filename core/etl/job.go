package etl

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/internal/deadline"
)

// defaultBatch is how many rows a batch has at most, unless the job says otherwise:
// enough that the round trips do not count, and well within a statement's timeout.
const defaultBatch = 1000

// Job copies the rows of a source that have changed.
type Job[R any] struct {
	Name   string // of its watermark; unique in the store
	Source Source[R]
	// Load writes rows, in the transaction that moves the watermark. It writes a row
	// that it has written before over the old one, as Upsert does.
	Load  func(ctx context.Context, tx pgx.Tx, rows []R) error
	Batch int // rows of one transaction at most; 0: 1000
}

// Report is what a run did.
type Report struct {
	Rows    int  // that were written
	Batches int  // that were committed
	Busy    bool // another run of the job is at work: this one has left it alone
	Stopped bool // time was up, and there may be more; the next run goes on
	Anew    bool // the source is another cluster, or another timeline of it: all rows are copied again
}

// Run copies what has changed since the run before, batch after batch: until nothing
// is left, or until the context's deadline is near: a fifth of the time that there was,
// or twice the time of the longest batch. Each batch is one transaction of the store, with the watermark: a run that
// is interrupted has copied whole batches. Errors are those of the databases and of
// Load; what was committed before stays, and the report counts it.
func (j Job[R]) Run(ctx context.Context, from *db.Replica, to *db.Analytics) (Report, error) {
	var report Report
	if _, err := to.Exec(ctx, `INSERT INTO etl_watermarks (job) VALUES ($1) ON CONFLICT DO NOTHING`, j.Name); err != nil {
		return report, err
	}
	source, err := cluster(ctx, from)
	if err != nil {
		return report, err
	}
	var longest time.Duration
	reserve := reserveOf(ctx)
	for {
		began := time.Now()
		b, err := j.batch(ctx, from, to, source)
		report.Busy, report.Anew = b.busy, report.Anew || b.anew
		if err != nil || b.rows == 0 {
			return report, err
		}
		report.Rows += b.rows
		report.Batches++
		if b.rows < j.limit() {
			return report, nil
		}
		longest = max(longest, time.Since(began))
		if report.Stopped = deadline.Within(ctx, max(2*longest, reserve)); report.Stopped {
			return report, nil
		}
	}
}

func (j Job[R]) limit() int {
	if j.Batch > 0 {
		return j.Batch
	}
	return defaultBatch
}

// leastReserve is the least time that a run leaves before its deadline.
const leastReserve = time.Second

// reserveOf returns the time that a run leaves before its deadline: a fifth, so that a
// function that copies a lot stays clear of its alarm, which is at 90 percent of the
// timeout by default.
func reserveOf(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return 0
	}
	return max(time.Until(deadline)/5, leastReserve)
}

// batch is what one transaction did.
type batch struct {
	rows       int
	busy, anew bool
}

// batch copies rows in one transaction.
func (j Job[R]) batch(ctx context.Context, from *db.Replica, to *db.Analytics, source string) (b batch, err error) {
	err = to.Tx(ctx, func(tx pgx.Tx) error {
		b = batch{} // the transaction may run again
		mark, ok, err := lockWatermark(ctx, tx, j.Name)
		if err != nil || !ok {
			b.busy = err == nil
			return err
		}
		if mark.cluster != source {
			b.anew = mark.cluster != ""
			mark = start(source)
		}
		rows, next, err := j.Source.read(ctx, from, mark, j.limit())
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := j.Load(ctx, tx, rows); err != nil {
			return err
		}
		b.rows = len(rows)
		return next.save(ctx, tx, j.Name, len(rows))
	})
	if err != nil {
		return batch{}, err
	}
	return b, nil
}
