package interviews

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
)

// Service keeps the interviews.
type Service struct{ primary *db.Primary }

// New returns the service on the database that takes its writes.
func New(primary *db.Primary) *Service { return &Service{primary: primary} }

// columns are an Interview's, in the order in which scan reads them.
const columns = `id, candidate, position, interviewer, starts_at, minutes, status, recommendation, created_at, completed_at`

func scan(row pgx.CollectableRow) (*Interview, error) {
	var i Interview
	err := row.Scan(&i.ID, &i.Candidate, &i.Position, &i.Interviewer, &i.StartsAt, &i.Minutes,
		&i.Status, &i.Recommendation, &i.CreatedAt, &i.CompletedAt)
	return &i, err
}

// one returns the only row of a query; nil when there is none.
func (s *Service) one(ctx context.Context, sql string, args ...any) (*Interview, error) {
	return one(ctx, s.primary, sql, args...)
}

func one(ctx context.Context, reader db.Reader, sql string, args ...any) (*Interview, error) {
	return db.One(ctx, reader, scan, sql, args...)
}

// Schedule plans an interview. An interviewer who has another one that starts
// at the same time is a Conflict, as is a request key that came with another
// plan before.
func (s *Service) Schedule(ctx context.Context, plan Plan) (*Interview, error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	made, err := s.one(ctx, `
		INSERT INTO interviews (id, request_key, candidate, position, interviewer, starts_at, minutes, status)
		VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, 'scheduled')
		ON CONFLICT (request_key) DO NOTHING
		RETURNING `+columns,
		id, plan.RequestKey, plan.Candidate, plan.Position, plan.Interviewer, plan.startsAt(), plan.Minutes)
	if constraint(err) == "interviews_interviewer_free" {
		return nil, fault.New(fault.Conflict, "%s has another interview at %s.", plan.Interviewer, plan.startsAt().Format(time.RFC3339)).Because(err)
	}
	if err != nil || made != nil {
		return made, err
	}
	return s.scheduledBefore(ctx, plan)
}

// scheduledBefore returns the interview that a request key made earlier.
func (s *Service) scheduledBefore(ctx context.Context, plan Plan) (*Interview, error) {
	i, err := s.one(ctx, `SELECT `+columns+` FROM interviews WHERE request_key = $1`, plan.RequestKey)
	if err != nil {
		return nil, err
	}
	if i == nil || !plan.describes(i) {
		return nil, fault.New(fault.Conflict, "The request's key was used for another interview.")
	}
	return i, nil
}

// startsAt returns the start as the database keeps it.
func (p Plan) startsAt() time.Time { return p.StartsAt.UTC().Truncate(time.Microsecond) }

func (p Plan) describes(i *Interview) bool {
	return p.Candidate == i.Candidate && p.Position == i.Position && p.Interviewer == i.Interviewer &&
		p.startsAt().Equal(i.StartsAt) && p.Minutes == i.Minutes
}

// Get returns an interview.
func (s *Service) Get(ctx context.Context, id uuid.UUID) (*Interview, error) {
	i, err := s.one(ctx, `SELECT `+columns+` FROM interviews WHERE id = $1`, id)
	if err != nil {
		return nil, err
	}
	if i == nil {
		return nil, fault.New(fault.NotFound, "There is no interview %s.", id)
	}
	return i, nil
}

// Announce tells of a completed interview, in the transaction that completes it: an
// error undoes that.
type Announce func(ctx context.Context, tx pgx.Tx, c Completion) error

// Complete records the end of an interview, and announces it. To say the same again
// changes nothing, and is not announced; to say something else is a Conflict.
func (s *Service) Complete(ctx context.Context, id uuid.UUID, r Recommendation, announce Announce) (done *Interview, err error) {
	if !r.Valid() {
		return nil, fault.Fields{{Field: "recommendation", Detail: "must be strong_no, no, yes or strong_yes"}}.Err()
	}
	err = s.primary.Tx(ctx, func(tx pgx.Tx) error {
		done, err = one(ctx, tx, `
			UPDATE interviews SET status = 'completed', recommendation = $2, completed_at = now()
			WHERE id = $1 AND status = 'scheduled'
			RETURNING `+columns, id, r)
		if err != nil || done == nil {
			return err
		}
		return announce(ctx, tx, done.Completion())
	})
	if err != nil || done != nil {
		return done, err
	}
	before, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if before.Recommendation != r {
		return nil, fault.New(fault.Conflict, "The interview was completed with the recommendation %s.", before.Recommendation)
	}
	return before, nil
}

// constraint returns the name of the constraint that a statement broke.
func constraint(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.ConstraintName
	}
	return ""
}
