package candidates

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/seastack/seastack/core/fault"
)

// Announce tells of a saved candidate, in the transaction that saves it: an error
// undoes that.
type Announce func(ctx context.Context, tx pgx.Tx, s Saved) error

// Save adds a candidate or changes the one that the profile finds, announces that,
// and reports whether anything changed. To say the same again changes nothing and is
// not announced; nor is a change that is older than the last one, which comes out
// of order. An address that another candidate than the external ID's has is a
// Conflict.
//
// Source and ExternalID of a candidate are those of the last profile that had an
// external ID; without one, those of the first.
func (s *Service) Save(ctx context.Context, p Profile, announce Announce) (c *Candidate, changed bool, err error) {
	err = s.primary.Tx(ctx, func(tx pgx.Tx) error {
		c, changed, err = s.SaveTx(ctx, tx, p, announce)
		return err
	})
	return c, changed, err
}

// SaveTx is Save in a transaction of the caller's, which goes on after a fault. Who
// saves several in one transaction sorts them by address, so that two of these do
// not wait for each other.
func (s *Service) SaveTx(ctx context.Context, tx pgx.Tx, p Profile, announce Announce) (*Candidate, bool, error) {
	if err := p.Validate(); err != nil {
		return nil, false, err
	}
	p = p.normalized()
	if p.ChangedAt.IsZero() {
		p.ChangedAt = time.Now().UTC().Truncate(time.Microsecond)
	}
	c, changed, err := s.write(ctx, tx, p)
	if err != nil || !changed {
		return c, false, err
	}
	return c, true, announce(ctx, tx, c.saved(p.Source))
}

func (s *Service) write(ctx context.Context, tx pgx.Tx, p Profile) (*Candidate, bool, error) {
	before, err := find(ctx, tx, p)
	if err != nil {
		return nil, false, err
	}
	if before == nil {
		added, err := insert(ctx, tx, p)
		if err != nil || added != nil {
			return added, true, err
		}
		// Another transaction has added it since.
		if before, err = find(ctx, tx, p); err != nil {
			return nil, false, err
		}
		if before == nil {
			return nil, false, fault.New(fault.Conflict, "The candidate is being changed by another request.")
		}
	}
	return change(ctx, tx, before, p)
}

// row is a candidate, and when its source changed it.
type row struct {
	Candidate
	changedAt time.Time
}

// find locks and returns the candidate that a profile is of; nil when there is none.
func find(ctx context.Context, tx pgx.Tx, p Profile) (*row, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+columns+`, changed_at FROM candidates
		WHERE email = $1 OR source = $2 AND external_id = nullif($3, '')
		ORDER BY id FOR UPDATE`, p.Email, p.Source, p.ExternalID)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (found *row, err error) {
		found = &row{}
		return found, r.Scan(append(found.targets(), &found.changedAt)...)
	})
	switch {
	case err != nil || len(found) == 0:
		return nil, err
	case len(found) > 1:
		return nil, taken()
	}
	return found[0], nil
}

func taken() *fault.Error {
	return fault.New(fault.Conflict, "The e-mail address belongs to another candidate.")
}

// insert adds a candidate; it returns nil when there is one by now.
func insert(ctx context.Context, tx pgx.Tx, p Profile) (*Candidate, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	return one(ctx, tx, `
		INSERT INTO candidates (id, email, name, headline, skills, location, source, external_id, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), $9)
		ON CONFLICT DO NOTHING
		RETURNING `+columns, id, p.Email, p.Name, p.Headline, p.Skills, p.Location, p.Source, p.ExternalID, p.ChangedAt)
}

// change writes a profile over a candidate, unless it is older or says the same.
func change(ctx context.Context, tx pgx.Tx, before *row, p Profile) (*Candidate, bool, error) {
	if p.ChangedAt.Before(before.changedAt) {
		return &before.Candidate, false, nil
	}
	if p.ExternalID == "" {
		p.Source, p.ExternalID = before.Source, before.ExternalID
	}
	if p.describes(&before.Candidate) {
		_, err := tx.Exec(ctx, `UPDATE candidates SET changed_at = $2 WHERE id = $1`, before.ID, p.ChangedAt)
		return &before.Candidate, false, err
	}
	after, err := update(ctx, tx, before.ID, p)
	return after, err == nil, err
}

// update writes a profile in a savepoint, since another transaction may just have
// taken its address.
func update(ctx context.Context, tx pgx.Tx, id uuid.UUID, p Profile) (after *Candidate, err error) {
	err = pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		after, err = one(ctx, tx, `
			UPDATE candidates SET email = $2, name = $3, headline = $4, skills = $5, location = $6, source = $7,
				external_id = nullif($8, ''), changed_at = $9, updated_at = now(), version = version + 1
			WHERE id = $1
			RETURNING `+columns, id, p.Email, p.Name, p.Headline, p.Skills, p.Location, p.Source, p.ExternalID, p.ChangedAt)
		return err
	})
	if broken, ok := errors.AsType[*pgconn.PgError](err); ok && broken.Code == "23505" { // unique_violation
		return nil, taken().Because(err)
	}
	return after, err
}

func (p Profile) describes(c *Candidate) bool {
	return p.Email == c.Email && p.Name == c.Name && p.Headline == c.Headline && slices.Equal(p.Skills, c.Skills) &&
		p.Location == c.Location && p.Source == c.Source && p.ExternalID == c.ExternalID
}
