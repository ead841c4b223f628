package web

import (
	"context"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/services/applications"
)

// Roles serves /roles.
type Roles struct{ service *applications.Service }

// NewRoles returns the handlers on the service.
func NewRoles(service *applications.Service) *Roles { return &Roles{service: service} }

// RoleInput is a role to open.
type RoleInput struct {
	Title          string   `json:"title"`
	RequiredSkills []string `json:"requiredSkills"`
	NiceSkills     []string `json:"niceSkills"`
	MinimumYears   int      `json:"minimumYears"`
	Location       string   `json:"location"`
	IdempotencyKey string   `header:"Idempotency-Key"`
}

// position returns the input in the service's terms.
func (in RoleInput) position() applications.Position {
	return applications.Position{Title: in.Title, Criteria: applications.Criteria{
		RequiredSkills: in.RequiredSkills, NiceSkills: in.NiceSkills,
		MinimumYears: in.MinimumYears, Location: in.Location,
	}}
}

// Validate says what is wrong with the input.
func (in RoleInput) Validate() error { return in.position().Validate() }

// Create opens a role.
//
//seastack:http POST /roles status=201 auth=jwt
func (h *Roles) Create(ctx context.Context, in RoleInput) (*applications.Role, error) {
	return h.service.OpenRole(ctx, in.IdempotencyKey, in.position())
}

// RevisionInput is what a role is to be.
type RevisionInput struct {
	ID             uuid.UUID `path:"id"`
	Title          string    `json:"title"`
	RequiredSkills []string  `json:"requiredSkills"`
	NiceSkills     []string  `json:"niceSkills"`
	MinimumYears   int       `json:"minimumYears"`
	Location       string    `json:"location"`
}

// position returns the input in the service's terms.
func (in RevisionInput) position() applications.Position {
	return RoleInput{Title: in.Title, RequiredSkills: in.RequiredSkills, NiceSkills: in.NiceSkills,
		MinimumYears: in.MinimumYears, Location: in.Location}.position()
}

// Validate says what is wrong with the input.
func (in RevisionInput) Validate() error { return in.position().Validate() }

// Revise changes a role. Applications to it are reviewed again, some time later.
//
//seastack:http PUT /roles/{id} auth=jwt
func (h *Roles) Revise(ctx context.Context, in RevisionInput) (*applications.Role, error) {
	return h.service.ReviseRole(ctx, in.ID, in.position())
}

// RolesInput chooses roles.
type RolesInput struct {
	Limit *int      `query:"limit"`
	After uuid.UUID `query:"after"`
}

// pick returns the input in the service's terms.
func (in RolesInput) pick() applications.Pick {
	return applications.Pick{Limit: limitOf(in.Limit), After: in.After}
}

// Validate says what is wrong with the input.
func (in RolesInput) Validate() error { return in.pick().Validate() }

// List returns a page of roles, from the newest to the oldest.
//
//seastack:http GET /roles auth=jwt
func (h *Roles) List(ctx context.Context, in RolesInput) (*applications.Roles, error) {
	return h.service.ListRoles(ctx, in.pick())
}

// limitOf returns the limit that services know: 0 where the request has none, and
// one that they refuse where it is 0.
func limitOf(limit *int) int {
	switch {
	case limit == nil:
		return 0
	case *limit == 0:
		return -1
	}
	return *limit
}
