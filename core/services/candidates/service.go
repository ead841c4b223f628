package candidates

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
)

// Service keeps the candidates.
type Service struct{ primary *db.Primary }

// New returns the service on the database that takes its writes.
func New(primary *db.Primary) *Service { return &Service{primary: primary} }

// columns are a Candidate's, in the order of targets.
const columns = `id, email, name, headline, skills, location, source, coalesce(external_id, ''), version, created_at, updated_at`

func (c *Candidate) targets() []any {
	return []any{
		&c.ID, &c.Email, &c.Name, &c.Headline, &c.Skills, &c.Location, &c.Source, &c.ExternalID,
		&c.Version, &c.CreatedAt, &c.UpdatedAt,
	}
}

func scan(row pgx.CollectableRow) (*Candidate, error) {
	var c Candidate
	return &c, row.Scan(c.targets()...)
}

// one returns the only row of a query; nil when there is none.
func one(ctx context.Context, reader db.Reader, sql string, args ...any) (*Candidate, error) {
	return db.One(ctx, reader, scan, sql, args...)
}

// Get returns a candidate.
func (s *Service) Get(ctx context.Context, id uuid.UUID) (*Candidate, error) {
	c, err := one(ctx, s.primary, `SELECT `+columns+` FROM candidates WHERE id = $1`, id)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, fault.New(fault.NotFound, "There is no candidate %s.", id)
	}
	return c, nil
}

// GetMany returns candidates by their IDs in one query. IDs that no candidate has
// are missing from the map.
func (s *Service) GetMany(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Candidate, error) {
	all, err := db.List(ctx, s.primary, scan, `SELECT `+columns+` FROM candidates WHERE id = ANY($1)`, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*Candidate, len(all))
	for _, c := range all {
		found[c.ID] = c
	}
	return found, nil
}
