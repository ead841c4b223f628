package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/event"
	"github.com/seastack/seastack/core/queue"
	"github.com/seastack/seastack/core/telemetry"
)

// box sends what waits in a database's outbox.
type box struct {
	primary *db.Primary
	queues  *queue.Client // nil: it sends no messages
	events  *event.Client // nil: it sends no events
	only    only
}

// only limits a box to entries of a kind and a name; empty: to none.
type only struct{ kind, name string }

// Counts are what a round, or several, have come to.
type Counts struct {
	Sent   int
	Failed int // attempts; each is tried again
}

// A round sends so many entries at most, one after the other: its transaction
// holds their rows for as long.
const (
	roundSize   = 20
	sendTimeout = 3 * time.Second
)

// round sends the entries that are due, the oldest first, and removes them. Another
// round at the same time takes others. Of a group, the oldest entry is sent alone:
// the next one is due when it is gone.
func (b *box) round(ctx context.Context) (c Counts, err error) {
	err = b.primary.Tx(ctx, func(tx pgx.Tx) error {
		c = Counts{}
		due, err := b.due(ctx, tx)
		if err != nil {
			return err
		}
		var sent []int64
		for _, e := range due {
			err := b.send(ctx, e)
			if err == nil {
				sent = append(sent, e.ID)
				continue
			}
			c.Failed++
			slog.WarnContext(ctx, "an entry of the outbox was not sent", "kind", e.Kind, "name", e.Name, "id", e.ID, "attempt", e.Attempts+1, "error", err.Error())
			if err := postpone(ctx, tx, e, err); err != nil {
				return err
			}
		}
		c.Sent = len(sent)
		_, err = tx.Exec(ctx, `DELETE FROM outbox WHERE id = ANY($1)`, sent)
		return err
	})
	return c, err
}

// due locks and returns the entries that are due.
func (b *box) due(ctx context.Context, tx pgx.Tx) ([]entry, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, kind, name, body, message_group, deduplication, attempts, traceparent FROM outbox o
		WHERE next_at <= now() AND ($1 = '' OR kind = $1 AND name = $2)
		  AND (message_group = '' OR NOT EXISTS (
			SELECT FROM outbox older WHERE older.name = o.name AND older.message_group = o.message_group AND older.id < o.id))
		ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED`, b.only.kind, b.only.name, roundSize)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[entry])
}

func (b *box) send(ctx context.Context, e entry) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	// What is sent belongs to the trace of what has written it, whoever sends it.
	ctx = telemetry.WithParent(ctx, telemetry.ParseTraceParent(e.TraceParent, ""))
	switch {
	case e.Kind == ofQueue && b.queues != nil:
		return b.queues.Send(ctx, queue.Message{Queue: e.Name, Body: e.Body, Group: e.Group, Deduplication: e.Deduplication})
	case e.Kind == ofEvent && b.events != nil:
		return b.events.Publish(ctx, event.Event{Name: e.Name, Detail: e.Body})
	}
	return errors.New("the function may not send to it: its environment has no such queue or bus")
}

// maxPause is the longest pause between two attempts.
const maxPause = 5 * time.Minute

// pause returns the pause after so many attempts: it doubles from one second on.
func pause(attempts int) time.Duration { return min(time.Second<<min(attempts, 20), maxPause) }

// errorSize is how many bytes of an error are kept.
const errorSize = 500

func postpone(ctx context.Context, tx pgx.Tx, e entry, cause error) error {
	_, err := tx.Exec(ctx, `UPDATE outbox SET attempts = attempts + 1, next_at = now() + $2::interval, error = left($3, $4) WHERE id = $1`,
		e.ID, fmt.Sprintf("%d milliseconds", pause(e.Attempts).Milliseconds()), cause.Error(), errorSize)
	return err
}
