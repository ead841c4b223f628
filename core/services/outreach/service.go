package outreach

import (
	"context"
	"maps"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
)

// Service enrols candidates. It sends nothing: that is a Dispatcher's.
type Service struct{ primary *db.Primary }

// New returns the service on the database that takes its writes.
func New(primary *db.Primary) *Service { return &Service{primary: primary} }

// columns are a Message's, in the order in which scan reads them.
const columns = `id, candidate, sequence, step, subject, body, status, due_at, sent_at`

func scan(row pgx.CollectableRow) (*Message, error) {
	var m Message
	return &m, row.Scan(&m.ID, &m.Candidate, &m.Sequence, &m.Step, &m.Subject, &m.Body, &m.Status, &m.DueAt, &m.SentAt)
}

// Enrol writes the messages of a sequence for a candidate; they are sent when they
// are due. An enrolment whose key is known changes nothing, whatever else it says.
// One for a time before the candidate was stopped is stopped, too: it comes late.
func (s *Service) Enrol(ctx context.Context, e Enrolment) error {
	if err := e.Validate(); err != nil {
		return err
	}
	return s.primary.Tx(ctx, func(tx pgx.Tx) error {
		if err := lock(ctx, tx, e.Candidate); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO outreach_enrolments (key, candidate, sequence, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (key) DO NOTHING`, e.Key, e.Candidate, e.Sequence, e.At)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return write(ctx, tx, e)
	})
}

// lock keeps Enrol and Stop of a candidate apart: neither misses what the other one
// writes.
func lock(ctx context.Context, tx pgx.Tx, candidate string) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('outreach ' || $1, 0))`, candidate)
	return err
}

// write adds the messages of an enrolment.
func write(ctx context.Context, tx pgx.Tx, e Enrolment) error {
	status := Waiting
	var stopped bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM outreach_stops WHERE candidate = $1 AND stopped_at >= $2)`,
		e.Candidate, e.At).Scan(&stopped)
	if err != nil {
		return err
	}
	if stopped {
		status = Stopped
	}
	values := maps.Clone(e.Values)
	if values == nil {
		values = map[string]string{}
	}
	values["candidate"] = e.Candidate
	for i, step := range sequences[e.Sequence] {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO outreach_messages
				(id, enrolment, candidate, sequence, step, subject, body, status, due_at, next_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
			id, e.Key, e.Candidate, e.Sequence, i+1, fill(step.subject, values), fill(step.body, values),
			status, e.At.Add(step.delay))
		if err != nil {
			return err
		}
	}
	return nil
}

// Stop cancels the messages to a candidate that wait, and returns how many. A message
// that is being sent at this moment may still leave. Enrolments for a later time
// are not stopped. To stop again is harmless.
func (s *Service) Stop(ctx context.Context, candidate string, why Reason) (stopped int64, err error) {
	var wrong fault.Fields
	checkCandidate(&wrong, candidate)
	wrong.Check(why == Replied || why == Withdrew, "reason", "must be replied or withdrew")
	if err := wrong.Err(); err != nil {
		return 0, err
	}
	err = s.primary.Tx(ctx, func(tx pgx.Tx) error {
		if err := lock(ctx, tx, candidate); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO outreach_stops (candidate, reason, stopped_at) VALUES ($1, $2, clock_timestamp())
			ON CONFLICT (candidate) DO UPDATE SET reason = excluded.reason, stopped_at = excluded.stopped_at`,
			candidate, why)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			UPDATE outreach_messages SET status = 'stopped' WHERE candidate = $1 AND status = 'waiting'`, candidate)
		stopped = tag.RowsAffected()
		return err
	})
	return stopped, err
}

const (
	defaultLimit = 20
	maxLimit     = 100
)

// Filter chooses messages.
type Filter struct {
	Candidate string
	Limit     int       // of a page, 1 to 100; 0: 20
	After     uuid.UUID // Page.Next of the page before
}

// Validate says what is wrong with the filter.
func (f Filter) Validate() error {
	var wrong fault.Fields
	checkCandidate(&wrong, f.Candidate)
	wrong.Check(0 <= f.Limit && f.Limit <= maxLimit, "limit", "must be from 1 to %d", maxLimit)
	return wrong.Err()
}

// Page is a part of a list, from the newest message to the oldest.
type Page struct {
	Items []*Message `json:"items"`
	Next  *uuid.UUID `json:"next,omitempty"` // Filter.After of the page that follows; nil: this is the last
}

// List returns a page of the messages to a candidate, whatever has become of them.
// IDs are of version 7, and so in the order in which messages were written.
func (s *Service) List(ctx context.Context, f Filter) (*Page, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	items, err := db.List(ctx, s.primary, scan, `
		SELECT `+columns+` FROM outreach_messages
		WHERE candidate = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
		f.Candidate, uuid.NullUUID{UUID: f.After, Valid: f.After != uuid.Nil}, limit+1)
	if err != nil {
		return nil, err
	}
	if len(items) <= limit {
		return &Page{Items: items}, nil
	}
	return &Page{Items: items[:limit], Next: &items[limit-1].ID}, nil
}
