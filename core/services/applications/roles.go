package applications

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/idempotency"
)

// roleColumns are a Role's, in the order in which scanRole reads them.
const roleColumns = `id, title, required_skills, nice_skills, minimum_years, location, version, created_at, updated_at`

func scanRole(row pgx.CollectableRow) (*Role, error) {
	var r Role
	return &r, row.Scan(&r.ID, &r.Title, &r.RequiredSkills, &r.NiceSkills, &r.MinimumYears, &r.Location,
		&r.Version, &r.CreatedAt, &r.UpdatedAt)
}

func queryRoles(ctx context.Context, reader db.Reader, sql string, args ...any) ([]*Role, error) {
	return db.List(ctx, reader, scanRole, sql, args...)
}

// OpenRole adds a role. With a key, which may be empty, the same request again
// returns the role that it opened the first time, and another one is Invalid.
func (s *Service) OpenRole(ctx context.Context, key string, p Position) (role *Role, err error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	p = p.normalized()
	if key == "" {
		return insertRole(ctx, s.primary, p)
	}
	once := idempotency.Key{Scope: "roles.open", Value: key, Request: p}
	return idempotency.Do(ctx, s.primary, once, func(tx pgx.Tx) (*Role, error) { return insertRole(ctx, tx, p) })
}

func insertRole(ctx context.Context, on db.Reader, p Position) (*Role, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	added, err := queryRoles(ctx, on, `
		INSERT INTO roles (id, title, required_skills, nice_skills, minimum_years, location)
		VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING `+roleColumns, id, p.Title, p.RequiredSkills, p.NiceSkills, p.MinimumYears, p.Location)
	if err != nil {
		return nil, err
	}
	return added[0], nil
}

// ReviseRole changes a role. Its applications are reviewed again by ReviewStale. To
// say the same again changes nothing.
func (s *Service) ReviseRole(ctx context.Context, id uuid.UUID, p Position) (*Role, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	p = p.normalized()
	changed, err := queryRoles(ctx, s.primary, `
		UPDATE roles SET title = $2, required_skills = $3, nice_skills = $4, minimum_years = $5, location = $6,
			version = version + 1, updated_at = now()
		WHERE id = $1 AND (title, required_skills, nice_skills, minimum_years, location) <> ($2, $3, $4, $5, $6)
		RETURNING `+roleColumns, id, p.Title, p.RequiredSkills, p.NiceSkills, p.MinimumYears, p.Location)
	if err != nil {
		return nil, err
	}
	if len(changed) == 0 {
		return s.Role(ctx, id)
	}
	return changed[0], nil
}

// Role returns a role.
func (s *Service) Role(ctx context.Context, id uuid.UUID) (*Role, error) {
	found, err := s.RolesByID(ctx, []uuid.UUID{id})
	if err != nil {
		return nil, err
	}
	if found[id] == nil {
		return nil, noRole(id)
	}
	return found[id], nil
}

func noRole(id uuid.UUID) *fault.Error { return fault.New(fault.NotFound, "There is no role %s.", id) }

// RolesByID returns roles by their IDs, in one statement. IDs that no role has are
// missing from the map.
func (s *Service) RolesByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Role, error) {
	all, err := queryRoles(ctx, s.primary, `SELECT `+roleColumns+` FROM roles WHERE id = ANY($1)`, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*Role, len(all))
	for _, r := range all {
		found[r.ID] = r
	}
	return found, nil
}

// Bounds of pages.
const (
	defaultLimit = 20
	maxLimit     = 100
)

// Pick chooses a page of roles.
type Pick struct {
	Limit int       // 1 to 100; 0: 20
	After uuid.UUID // Roles.Next of the page before
}

// Validate says what is wrong with the pick.
func (p Pick) Validate() error {
	var wrong fault.Fields
	wrong.Check(0 <= p.Limit && p.Limit <= maxLimit, "limit", "must be from 1 to %d", maxLimit)
	return wrong.Err()
}

// Roles is a page of roles, from the newest to the oldest.
type Roles struct {
	Items []*Role    `json:"items"`
	Next  *uuid.UUID `json:"next,omitempty"` // Pick.After of the page that follows; nil: this is the last
}

// ListRoles returns a page of roles. IDs are of version 7, and so in the order in
// which roles were opened.
func (s *Service) ListRoles(ctx context.Context, p Pick) (*Roles, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	limit := p.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	items, err := queryRoles(ctx, s.primary, `
		SELECT `+roleColumns+` FROM roles WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
		uuid.NullUUID{UUID: p.After, Valid: p.After != uuid.Nil}, limit+1)
	if err != nil {
		return nil, err
	}
	if len(items) <= limit {
		return &Roles{Items: items}, nil
	}
	return &Roles{Items: items[:limit], Next: &items[limit-1].ID}, nil
}
