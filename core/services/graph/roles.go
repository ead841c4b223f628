package graph

import (
	"context"

	"github.com/google/uuid"
	"github.com/graph-gophers/graphql-go"

	"github.com/seastack/seastack/core/services/applications"
)

// role is a Role of the schema.
type role struct {
	ID             graphql.ID
	Title          string
	RequiredSkills []string
	NiceSkills     []string
	MinimumYears   int32
	Location       string
	Version        int32
	CreatedAt      graphql.Time
	UpdatedAt      graphql.Time

	key  uuid.UUID
	list *parents
}

func (r *root) rolesOf(all []*applications.Role) []*role {
	list := &parents{root: r, ids: distinct(all, func(o *applications.Role) uuid.UUID { return o.ID })}
	objects := make([]*role, len(all))
	for n, o := range all {
		objects[n] = &role{
			ID: idOf(o.ID), Title: o.Title, RequiredSkills: o.RequiredSkills, NiceSkills: o.NiceSkills,
			MinimumYears: int32(o.MinimumYears), Location: o.Location, Version: int32(o.Version),
			CreatedAt: timeOf(o.CreatedAt), UpdatedAt: timeOf(o.UpdatedAt),
			key: o.ID, list: list,
		}
	}
	return objects
}

// Role resolves Query.role.
func (r *root) Role(ctx context.Context, args struct{ ID graphql.ID }) (*role, error) {
	id, err := parseID("id", args.ID)
	if err != nil {
		return nil, err
	}
	if err := spend(ctx, 1); err != nil {
		return nil, err
	}
	found, err := orNull(r.applications.Role(ctx, id))
	if err != nil || found == nil {
		return nil, err
	}
	return r.rolesOf([]*applications.Role{found})[0], nil
}

type rolePage struct {
	Items []*role
	Next  *graphql.ID
}

// roleArgs are the arguments of Query.roles.
type roleArgs struct {
	First int32
	After *graphql.ID
}

// Roles resolves Query.roles.
func (r *root) Roles(ctx context.Context, args roleArgs) (*rolePage, error) {
	if err := checkFirst(args.First); err != nil {
		return nil, err
	}
	pick := applications.Pick{Limit: int(args.First)}
	if args.After != nil {
		after, err := parseID("after", *args.After)
		if err != nil {
			return nil, err
		}
		pick.After = after
	}
	if err := spend(ctx, int(args.First)); err != nil {
		return nil, err
	}
	page, err := r.applications.ListRoles(ctx, pick)
	if err != nil {
		return nil, err
	}
	found := &rolePage{Items: r.rolesOf(page.Items)}
	if page.Next != nil {
		next := idOf(*page.Next)
		found.Next = &next
	}
	return found, nil
}

// Applications resolves Role.applications.
func (r *role) Applications(ctx context.Context, args firstArgs) ([]*application, error) {
	return r.list.applications(ctx, r.key, args.First, r.list.root.applications.OfRoles)
}
