package outreach

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/internal/deadline"
)

// Dispatcher sends the messages that are due.
type Dispatcher struct {
	primary *db.Primary
	sender  Sender
}

// NewDispatcher returns the dispatcher of the messages in a database.
func NewDispatcher(primary *db.Primary, sender Sender) *Dispatcher {
	return &Dispatcher{primary: primary, sender: sender}
}

const (
	maxAttempts = 5
	firstPause  = time.Minute // before the second attempt; it doubles
	sendTimeout = 10 * time.Second

	// lease is how long a message is one dispatcher's. It is well above sendTimeout,
	// so that nobody else sends a message that is still being sent.
	lease = time.Minute

	// reserve is the least time in which a message is sent and recorded.
	reserve = sendTimeout + 2*time.Second

	errorSize = 500 // characters of an error that are kept
)

// Counts are what a run has come to.
type Counts struct {
	Sent   int
	Failed int // attempts
}

// Run sends the messages that are due, most of them, one after the other, and stops
// while there is time to record what it has sent. Runs at the same time send
// different messages. A message that cannot be sent is tried again later and keeps
// back those after it in its sequence; after five attempts it has failed, and these
// go on.
func (d *Dispatcher) Run(ctx context.Context, most int) (c Counts, err error) {
	if err := d.giveUp(ctx); err != nil {
		return c, err
	}
	for range most {
		if deadline.Within(ctx, reserve) {
			return c, nil
		}
		more, err := d.next(ctx, &c)
		if err != nil || !more {
			return c, err
		}
	}
	return c, nil
}

// next sends one message; it reports whether there was one.
func (d *Dispatcher) next(ctx context.Context, c *Counts) (more bool, err error) {
	claim := uuid.New()
	m, err := d.claim(ctx, claim)
	if err != nil || m == nil {
		return false, err
	}
	if err := d.send(ctx, m); err != nil {
		c.Failed++
		slog.WarnContext(ctx, "a message was not sent", "id", m.Key(), "error", err.Error())
		return true, d.postpone(ctx, m.ID, claim, err)
	}
	c.Sent++
	return true, d.record(ctx, m.ID, claim)
}

// claim takes the message that is due for the longest time; nil when there is none.
// A claim whose lease is over is its owner's no more.
func (d *Dispatcher) claim(ctx context.Context, claim uuid.UUID) (*Message, error) {
	return db.One(ctx, d.primary, scan, `
		UPDATE outreach_messages SET claim = $1, claimed_until = now() + $2::interval, attempts = attempts + 1
		WHERE id = (
			SELECT id FROM outreach_messages m
			WHERE status = 'waiting' AND next_at <= now() AND attempts < $3
			  AND (claimed_until IS NULL OR claimed_until < now())
			  AND NOT EXISTS (
				SELECT FROM outreach_messages before
				WHERE before.enrolment = m.enrolment AND before.step < m.step AND before.status = 'waiting')
			ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING `+columns, claim, lease, maxAttempts)
}

func (d *Dispatcher) send(ctx context.Context, m *Message) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	return d.sender.Send(ctx, m)
}

// record says that a message was sent, even if it was stopped meanwhile.
func (d *Dispatcher) record(ctx context.Context, id, claim uuid.UUID) error {
	_, err := d.primary.Exec(ctx, `
		UPDATE outreach_messages SET status = 'sent', sent_at = now(), claim = NULL, claimed_until = NULL, error = ''
		WHERE id = $1 AND claim = $2`, id, claim)
	return err
}

// postpone returns a message to the others for a later attempt, or fails it.
func (d *Dispatcher) postpone(ctx context.Context, id, claim uuid.UUID, cause error) error {
	_, err := d.primary.Exec(ctx, `
		UPDATE outreach_messages SET claim = NULL, claimed_until = NULL, error = left($3, $4),
			next_at = now() + $5::interval * power(2, attempts - 1),
			status = CASE WHEN attempts >= $6 AND status = 'waiting' THEN 'failed' ELSE status END
		WHERE id = $1 AND claim = $2`, id, claim, shown(cause), errorSize, firstPause, maxAttempts)
	return err
}

// shown returns the text of an error as PostgreSQL takes it.
func shown(err error) string { return fmt.Sprintf("%+q", err.Error()) }

// giveUp fails messages whose last attempt ended with its process.
func (d *Dispatcher) giveUp(ctx context.Context) error {
	_, err := d.primary.Exec(ctx, `
		UPDATE outreach_messages SET status = 'failed', error = 'the process ended in the last attempt'
		WHERE status = 'waiting' AND attempts >= $1 AND claimed_until < now()`, maxAttempts)
	return err
}
