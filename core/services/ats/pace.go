package ats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
)

// pace keeps requests apart, those of all instances: the database has the time at
// which the next one may start. An instance reserves that time, and waits for it.
type pace struct{ primary *db.Primary }

const (
	// maxWait is how long a reservation waits. A message that would have to wait for
	// longer comes again later.
	maxWait = 2 * time.Second
	// maxPause is the longest pause that the system may ask for: a message that comes
	// again each minute, and ten times, outlasts it.
	maxPause = 5 * time.Minute
	// maxBackoff is the longest pause after failures in a row.
	maxBackoff = time.Minute
)

// wait returns when a request may start.
func (p pace) wait(ctx context.Context, rate float64) error {
	at, err := p.reserve(ctx, rate)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(at):
		return nil
	}
}

// reserve takes the next time at which a request may start, and returns how far away
// it is.
func (p pace) reserve(ctx context.Context, rate float64) (away time.Duration, err error) {
	if rate <= 0 {
		return 0, errors.New("ATS_RATE must be positive")
	}
	gap := milliseconds(time.Duration(float64(time.Second) / rate))
	err = p.primary.QueryRow(ctx, `
		UPDATE ats_pace SET next_at = greatest(next_at, now()) + $1::interval
		WHERE next_at <= now() + $2::interval
		RETURNING next_at - $1::interval - now()`, gap, milliseconds(maxWait)).Scan(&away)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, fault.New(fault.TooMany, "The ATS gets no request for now: it has asked for a pause, or it does not answer.")
	}
	return away, err
}

// pause keeps all requests back for a time.
func (p pace) pause(ctx context.Context, d time.Duration) error {
	_, err := p.primary.Exec(ctx, `UPDATE ats_pace SET next_at = greatest(next_at, now() + $1::interval)`, milliseconds(min(d, maxPause)))
	return err
}

// backOff keeps all requests back after a failure, twice as long as after the one
// before.
func (p pace) backOff(ctx context.Context) error {
	_, err := p.primary.Exec(ctx, `
		UPDATE ats_pace SET failures = failures + 1,
			next_at = greatest(next_at, now() + least(interval '1 second' * 2 ^ least(failures, 20), $1::interval))`, milliseconds(maxBackoff))
	return err
}

// succeed ends a row of failures.
func (p pace) succeed(ctx context.Context) error {
	_, err := p.primary.Exec(ctx, `UPDATE ats_pace SET failures = 0 WHERE failures > 0`)
	return err
}

// milliseconds returns a duration as PostgreSQL reads it.
func milliseconds(d time.Duration) string { return fmt.Sprintf("%d milliseconds", d.Milliseconds()) }
