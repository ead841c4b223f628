package web

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/interviews"
)

// Interviews serves /interviews.
type Interviews struct{ service *interviews.Service }

// NewInterviews returns the handlers on the service.
func NewInterviews(service *interviews.Service) *Interviews { return &Interviews{service: service} }

// CreateInput is the interview to schedule.
type CreateInput struct {
	Candidate      string    `json:"candidate"`
	Position       string    `json:"position"`
	Interviewer    string    `json:"interviewer"`
	StartsAt       time.Time `json:"startsAt"`
	Minutes        int       `json:"minutes"`
	IdempotencyKey string    `header:"Idempotency-Key"`
}

// plan returns the input in the service's terms.
func (in CreateInput) plan() interviews.Plan {
	return interviews.Plan{
		Candidate: in.Candidate, Position: in.Position, Interviewer: in.Interviewer,
		StartsAt: in.StartsAt, Minutes: in.Minutes, RequestKey: in.IdempotencyKey,
	}
}

// Validate says what is wrong with the input.
func (in CreateInput) Validate() error { return in.plan().Validate() }

// Create schedules an interview.
//
//seastack:http POST /interviews status=201
func (h *Interviews) Create(ctx context.Context, in CreateInput) (*interviews.Interview, error) {
	return h.service.Schedule(ctx, in.plan())
}

// GetInput names an interview.
type GetInput struct {
	ID uuid.UUID `path:"id"`
}

// Get returns an interview.
//
//seastack:http GET /interviews/{id}
func (h *Interviews) Get(ctx context.Context, in GetInput) (*interviews.Interview, error) {
	return h.service.Get(ctx, in.ID)
}

// ListInput chooses interviews.
type ListInput struct {
	Interviewer string            `query:"interviewer"`
	Status      interviews.Status `query:"status"`
	From        time.Time         `query:"from"`
	To          time.Time         `query:"to"`
	Limit       *int              `query:"limit"`
	After       interviews.Cursor `query:"after"`
}

// filter returns the input in the service's terms.
func (in ListInput) filter() interviews.Filter {
	f := interviews.Filter{Interviewer: in.Interviewer, Status: in.Status, From: in.From, To: in.To, After: in.After}
	if in.Limit != nil {
		f.Limit = *in.Limit
	}
	return f
}

// Validate says what is wrong with the input.
func (in ListInput) Validate() error {
	if in.Limit != nil && *in.Limit == 0 {
		return fault.Fields{{Field: "limit", Detail: "must be positive"}}.Err()
	}
	return in.filter().Validate()
}

// List returns a page of interviews, from the latest to the earliest.
//
//seastack:http GET /interviews
func (h *Interviews) List(ctx context.Context, in ListInput) (*interviews.Page, error) {
	return h.service.List(ctx, in.filter())
}
