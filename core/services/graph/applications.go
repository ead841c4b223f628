package graph

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/graph-gophers/graphql-go"

	"github.com/seastack/seastack/core/services/applications"
)

// application is an Application of the schema.
type application struct {
	ID          graphql.ID
	Years       int32
	Cover       string
	SubmittedAt graphql.Time
	Review      *reviewSheet

	of   *applications.Application
	list *applicationList
}

// reviewSheet is the Review of the schema.
type reviewSheet struct {
	Score            int32
	Findings         []finding
	RoleVersion      int32
	CandidateVersion int32
	ReviewedAt       graphql.Time
}

type finding struct {
	Criterion string
	Met       bool
	Points    int32
	Of        int32
	Why       string
}

// applicationList is what the applications of a list share. The lists of several
// candidates or roles are one.
type applicationList struct {
	root                  *root
	candidateIDs, roleIDs []uuid.UUID
	candidates            once[*candidate]
	roles                 once[*role]
}

func (r *root) applicationsOf(all []*applications.Application) []*application {
	list := &applicationList{
		root:         r,
		candidateIDs: distinct(all, func(a *applications.Application) uuid.UUID { return a.CandidateID }),
		roleIDs:      distinct(all, func(a *applications.Application) uuid.UUID { return a.RoleID }),
	}
	objects := make([]*application, len(all))
	for n, a := range all {
		objects[n] = &application{
			ID: idOf(a.ID), Years: int32(a.Years), Cover: a.Cover,
			SubmittedAt: timeOf(a.SubmittedAt), Review: reviewOf(a.Review),
			of: a, list: list,
		}
	}
	return objects
}

func reviewOf(r *applications.Review) *reviewSheet {
	if r == nil {
		return nil
	}
	sheet := &reviewSheet{
		Score: int32(r.Score), RoleVersion: int32(r.RoleVersion), CandidateVersion: int32(r.CandidateVersion),
		ReviewedAt: timeOf(r.ReviewedAt),
	}
	for _, f := range r.Findings {
		sheet.Findings = append(sheet.Findings, finding{f.Criterion, f.Met, int32(f.Points), int32(f.Of), f.Why})
	}
	return sheet
}

// loadApplications is a method of the service that returns the newest applications
// of each of several objects.
type loadApplications func(
	ctx context.Context, ids []uuid.UUID, most int,
) (map[uuid.UUID][]*applications.Application, error)

// parents are the objects of a list that have applications.
type parents struct {
	root   *root
	ids    []uuid.UUID
	loaded byFirst[[]*application]
}

// applications returns the newest applications of one of the objects, and loads those
// of all of them.
func (p *parents) applications(
	ctx context.Context, id uuid.UUID, first int32, load loadApplications,
) ([]*application, error) {
	if err := checkFirst(first); err != nil {
		return nil, err
	}
	rows := len(p.ids) * int(first)
	return p.loaded.with(first).of(ctx, id, rows, func() (map[uuid.UUID][]*application, error) {
		each, err := load(ctx, p.ids, int(first))
		if err != nil {
			return nil, err
		}
		all := p.root.applicationsOf(slices.Concat(slices.Collect(maps.Values(each))...))
		byID := make(map[uuid.UUID]*application, len(all))
		for _, a := range all {
			byID[a.of.ID] = a
		}
		found := make(map[uuid.UUID][]*application, len(each))
		for parent, list := range each {
			for _, a := range list {
				found[parent] = append(found[parent], byID[a.ID])
			}
		}
		return found, nil
	})
}

// Application resolves Query.application.
func (r *root) Application(ctx context.Context, args struct{ ID graphql.ID }) (*application, error) {
	id, err := parseID("id", args.ID)
	if err != nil {
		return nil, err
	}
	if err := spend(ctx, 1); err != nil {
		return nil, err
	}
	found, err := orNull(r.applications.Get(ctx, id))
	if err != nil || found == nil {
		return nil, err
	}
	return r.applicationsOf([]*applications.Application{found})[0], nil
}

// Candidate resolves Application.candidate.
func (a *application) Candidate(ctx context.Context) (*candidate, error) {
	list := a.list
	return list.candidates.of(ctx, a.of.CandidateID, len(list.candidateIDs), func() (map[uuid.UUID]*candidate, error) {
		all, err := list.root.candidates.GetMany(ctx, list.candidateIDs)
		if err != nil {
			return nil, err
		}
		found := map[uuid.UUID]*candidate{}
		for _, c := range list.root.candidatesOf(slices.Collect(maps.Values(all))) {
			found[c.key] = c
		}
		return found, nil
	})
}

// Role resolves Application.role.
func (a *application) Role(ctx context.Context) (*role, error) {
	list := a.list
	return list.roles.of(ctx, a.of.RoleID, len(list.roleIDs), func() (map[uuid.UUID]*role, error) {
		all, err := list.root.applications.RolesByID(ctx, list.roleIDs)
		if err != nil {
			return nil, err
		}
		found := map[uuid.UUID]*role{}
		for _, r := range list.root.rolesOf(slices.Collect(maps.Values(all))) {
			found[r.key] = r
		}
		return found, nil
	})
}
