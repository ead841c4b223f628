package graph

import (
	"context"

	"github.com/google/uuid"
	"github.com/graph-gophers/graphql-go"

	"github.com/seastack/seastack/core/services/candidates"
)

// candidate is a Candidate of the schema.
type candidate struct {
	ID        graphql.ID
	Email     string
	Name      string
	Headline  string
	Skills    []string
	Location  string
	Source    string
	Version   int32
	CreatedAt graphql.Time
	UpdatedAt graphql.Time

	key  uuid.UUID
	list *parents
}

func (r *root) candidatesOf(all []*candidates.Candidate) []*candidate {
	list := &parents{root: r, ids: distinct(all, func(c *candidates.Candidate) uuid.UUID { return c.ID })}
	objects := make([]*candidate, len(all))
	for n, c := range all {
		objects[n] = &candidate{
			ID: idOf(c.ID), Email: c.Email, Name: c.Name, Headline: c.Headline, Skills: c.Skills, Location: c.Location,
			Source: string(c.Source), Version: int32(c.Version),
			CreatedAt: timeOf(c.CreatedAt), UpdatedAt: timeOf(c.UpdatedAt),
			key: c.ID, list: list,
		}
	}
	return objects
}

// Candidate resolves Query.candidate.
func (r *root) Candidate(ctx context.Context, args struct{ ID graphql.ID }) (*candidate, error) {
	id, err := parseID("id", args.ID)
	if err != nil {
		return nil, err
	}
	if err := spend(ctx, 1); err != nil {
		return nil, err
	}
	found, err := orNull(r.candidates.Get(ctx, id))
	if err != nil || found == nil {
		return nil, err
	}
	return r.candidatesOf([]*candidates.Candidate{found})[0], nil
}

type candidatePage struct {
	Items []*candidate
	Next  *string
}

// candidateArgs are the arguments of Query.candidates.
type candidateArgs struct {
	First int32
	After string
	Skill string
}

// Candidates resolves Query.candidates.
func (r *root) Candidates(ctx context.Context, args candidateArgs) (*candidatePage, error) {
	if err := checkFirst(args.First); err != nil {
		return nil, err
	}
	if err := spend(ctx, int(args.First)); err != nil {
		return nil, err
	}
	filter := candidates.Filter{Skill: args.Skill, Limit: int(args.First), After: candidates.Cursor(args.After)}
	page, err := r.candidates.List(ctx, filter)
	if err != nil {
		return nil, err
	}
	return &candidatePage{Items: r.candidatesOf(page.Items), Next: textOrNull(page.Next)}, nil
}

// firstArgs are the arguments of a list within an object.
type firstArgs struct{ First int32 }

// Applications resolves Candidate.applications.
func (c *candidate) Applications(ctx context.Context, args firstArgs) ([]*application, error) {
	return c.list.applications(ctx, c.key, args.First, c.list.root.applications.OfCandidates)
}
