package applications

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/candidates"
)

// Service keeps roles and applications.
type Service struct {
	primary    *db.Primary
	candidates *candidates.Service
}

// New returns the service on the database that takes its writes.
func New(primary *db.Primary, candidates *candidates.Service) *Service {
	return &Service{primary: primary, candidates: candidates}
}

// columns are an Application's, in the order in which scan reads them.
const columns = `id, candidate_id, role_id, years, cover, submitted_at,
	score, findings, role_version, candidate_version, reviewed_at`

func scan(row pgx.CollectableRow) (*Application, error) {
	var (
		a                          Application
		r                          Review
		score, ofRole, ofCandidate *int
		at                         *time.Time
	)
	err := row.Scan(&a.ID, &a.CandidateID, &a.RoleID, &a.Years, &a.Cover, &a.SubmittedAt,
		&score, &r.Findings, &ofRole, &ofCandidate, &at)
	if err == nil && score != nil {
		r.Score, r.RoleVersion, r.CandidateVersion, r.ReviewedAt = *score, *ofRole, *ofCandidate, *at
		a.Review = &r
	}
	return &a, err
}

// query returns the applications that a statement selects.
func query(ctx context.Context, reader db.Reader, sql string, args ...any) ([]*Application, error) {
	return db.List(ctx, reader, scan, sql, args...)
}

// one returns the only application that a statement selects; nil when there is none.
func one(ctx context.Context, reader db.Reader, sql string, args ...any) (*Application, error) {
	return db.One(ctx, reader, scan, sql, args...)
}

// Announce tells of a submitted application, in the transaction that adds it: an
// error undoes that.
type Announce func(ctx context.Context, tx pgx.Tx, m Submitted) error

// Submit adds an application, and announces it. A candidate applies to a role once:
// the same form again returns the application as it is and announces nothing, and
// another form is a Conflict. A role or a candidate that does not exist is NotFound.
func (s *Service) Submit(ctx context.Context, f Form, announce Announce) (added *Application, err error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if _, err := s.candidates.Get(ctx, f.CandidateID); err != nil {
		return nil, err
	}
	err = s.primary.Tx(ctx, func(tx pgx.Tx) error {
		if added, err = insert(ctx, tx, f); err != nil || added == nil {
			return err
		}
		return announce(ctx, tx, Submitted{ApplicationID: added.ID})
	})
	if isForeignKey(err) {
		return nil, noRole(f.RoleID).Because(err)
	}
	if err != nil || added != nil {
		return added, err
	}
	return s.submittedBefore(ctx, f)
}

// insert adds an application; it returns nil when the candidate has applied before.
func insert(ctx context.Context, tx pgx.Tx, f Form) (*Application, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	return one(ctx, tx, `
		INSERT INTO applications (id, candidate_id, role_id, years, cover) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (candidate_id, role_id) DO NOTHING
		RETURNING `+columns, id, f.CandidateID, f.RoleID, f.Years, f.Cover)
}

func (s *Service) submittedBefore(ctx context.Context, f Form) (*Application, error) {
	a, err := one(ctx, s.primary, `
		SELECT `+columns+` FROM applications WHERE candidate_id = $1 AND role_id = $2`, f.CandidateID, f.RoleID)
	if err != nil {
		return nil, err
	}
	if a == nil || !f.describes(a) {
		return nil, fault.New(fault.Conflict, "The candidate has applied to the role with another form.")
	}
	return a, nil
}

// Get returns an application.
func (s *Service) Get(ctx context.Context, id uuid.UUID) (*Application, error) {
	a, err := one(ctx, s.primary, `SELECT `+columns+` FROM applications WHERE id = $1`, id)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, fault.New(fault.NotFound, "There is no application %s.", id)
	}
	return a, nil
}

func isForeignKey(err error) bool {
	broken, ok := errors.AsType[*pgconn.PgError](err)
	return ok && broken.Code == "23503" // foreign_key_violation
}
