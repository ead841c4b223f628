package graph

import (
	"context"

	"github.com/google/uuid"
	"github.com/graph-gophers/graphql-go"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/notes"
)

// interview is an Interview of the schema.
type interview struct {
	ID             graphql.ID
	Candidate      string
	Position       string
	Interviewer    string
	StartsAt       graphql.Time
	Minutes        int32
	Status         string
	Recommendation *string
	CreatedAt      graphql.Time
	CompletedAt    *graphql.Time

	key  uuid.UUID
	list *interviewList
}

// interviewList is what the interviews of a list share.
type interviewList struct {
	root  *root
	ids   []uuid.UUID
	notes once[*notes.Notes]
}

func (r *root) interviewsOf(all []*interviews.Interview) []*interview {
	list := &interviewList{root: r, ids: distinct(all, func(i *interviews.Interview) uuid.UUID { return i.ID })}
	objects := make([]*interview, len(all))
	for n, i := range all {
		objects[n] = &interview{
			ID: idOf(i.ID), Candidate: i.Candidate, Position: i.Position, Interviewer: i.Interviewer,
			StartsAt: timeOf(i.StartsAt), Minutes: int32(i.Minutes), Status: string(i.Status),
			Recommendation: textOrNull(i.Recommendation), CreatedAt: timeOf(i.CreatedAt),
			key: i.ID, list: list,
		}
		if i.CompletedAt != nil {
			at := timeOf(*i.CompletedAt)
			objects[n].CompletedAt = &at
		}
	}
	return objects
}

// Interview resolves Query.interview.
func (r *root) Interview(ctx context.Context, args struct{ ID graphql.ID }) (*interview, error) {
	id, err := parseID("id", args.ID)
	if err != nil {
		return nil, err
	}
	if err := spend(ctx, 1); err != nil {
		return nil, err
	}
	found, err := orNull(r.interviews.Get(ctx, id))
	if err != nil || found == nil {
		return nil, err
	}
	return r.interviewsOf([]*interviews.Interview{found})[0], nil
}

type interviewPage struct {
	Items []*interview
	Next  *string
}

// interviewArgs are the arguments of Query.interviews.
type interviewArgs struct {
	First       int32
	After       string
	Interviewer string
	Status      *string
}

// Interviews resolves Query.interviews.
func (r *root) Interviews(ctx context.Context, args interviewArgs) (*interviewPage, error) {
	if err := checkFirst(args.First); err != nil {
		return nil, err
	}
	var wrong fault.Fields
	wrong.UTF8("interviewer", args.Interviewer)
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	if err := spend(ctx, int(args.First)); err != nil {
		return nil, err
	}
	filter := interviews.Filter{
		Interviewer: args.Interviewer, Limit: int(args.First), After: interviews.Cursor(args.After),
	}
	if args.Status != nil {
		filter.Status = interviews.Status(*args.Status)
	}
	page, err := r.interviews.List(ctx, filter)
	if err != nil {
		return nil, err
	}
	return &interviewPage{Items: r.interviewsOf(page.Items), Next: textOrNull(page.Next)}, nil
}

// noteSheet is the Notes of the schema.
type noteSheet struct {
	Version                                     int32
	Summary, Questions, Actions, Skills, Topics []string
	Words                                       int32
	WrittenAt                                   graphql.Time
}

// Notes resolves Interview.notes.
func (i *interview) Notes(ctx context.Context) (*noteSheet, error) {
	list := i.list
	n, err := list.notes.of(ctx, i.key, len(list.ids), func() (map[uuid.UUID]*notes.Notes, error) {
		return list.root.notes.OfInterviews(ctx, list.ids)
	})
	if err != nil || n == nil {
		return nil, err
	}
	return &noteSheet{
		Version: int32(n.Version), Summary: n.Summary, Questions: n.Questions, Actions: n.Actions,
		Skills: n.Skills, Topics: n.Topics, Words: int32(n.Words), WrittenAt: timeOf(n.WrittenAt),
	}, nil
}
