package ats

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/seastack/seastack/core/db"
)

// Outcome is what has become of a version of a candidate.
type Outcome string

// The outcomes.
const (
	Sent     Outcome = "sent"     // to the system
	Received Outcome = "received" // from the system, and so not sent back
	Skipped  Outcome = "skipped"  // since no system is configured
)

// Sync is what the system has of a candidate.
type Sync struct {
	CandidateID uuid.UUID `json:"candidateId"`
	Version     int       `json:"version"`           // the newest that is settled; 0: none
	Outcome     Outcome   `json:"outcome,omitempty"` // of that version
	Attempts    int       `json:"attempts"`          // to send a newer one, which have failed
	Reason      string    `json:"reason,omitempty"`  // why the last of them has, or why the version was skipped
	UpdatedAt   time.Time `json:"updatedAt"`
}

// has reports whether the system has a version, or a newer one.
func (s *Sync) has(version int) bool {
	return s != nil && s.Outcome != Skipped && s.Version >= version
}

// find returns what the system has of a candidate; nil when there is nothing.
func find(ctx context.Context, reader db.Reader, candidate uuid.UUID) (*Sync, error) {
	return db.One(ctx, reader, pgx.RowToAddrOfStructByPos[Sync], `
		SELECT candidate_id, version, outcome, attempts, reason, updated_at FROM ats_syncs WHERE candidate_id = $1`, candidate)
}

// writer is a database or a transaction.
type writer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// settle records the outcome of a version, unless a newer one has one.
func settle(ctx context.Context, w writer, candidate uuid.UUID, version int, o Outcome, reason string) error {
	_, err := w.Exec(ctx, `
		INSERT INTO ats_syncs AS s (candidate_id, version, outcome, reason) VALUES ($1, $2, $3, $4)
		ON CONFLICT (candidate_id) DO UPDATE SET
			version = excluded.version, outcome = excluded.outcome, attempts = 0, reason = excluded.reason, updated_at = now()
		WHERE s.version <= excluded.version`, candidate, version, o, reason)
	return err
}

// fail records an attempt that has failed.
func fail(ctx context.Context, w writer, candidate uuid.UUID, reason string) error {
	_, err := w.Exec(ctx, `
		INSERT INTO ats_syncs AS s (candidate_id, version, outcome, attempts, reason) VALUES ($1, 0, '', 1, $2)
		ON CONFLICT (candidate_id) DO UPDATE SET attempts = s.attempts + 1, reason = excluded.reason, updated_at = now()`,
		candidate, reason)
	return err
}
