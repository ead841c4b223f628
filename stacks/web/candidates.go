package web

import (
	"context"

	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/sourcing"
)

// Candidates serves /candidates/{id}.
type Candidates struct{ service *candidates.Service }

// NewCandidates returns the handlers on the service.
func NewCandidates(service *candidates.Service) *Candidates { return &Candidates{service: service} }

// Get returns a candidate.
//
//seastack:http GET /candidates/{id} auth=jwt
func (h *Candidates) Get(ctx context.Context, in GetInput) (*candidates.Candidate, error) {
	return h.service.Get(ctx, in.ID)
}

// Sourcing serves /candidates. It is apart from Candidates because it reads the
// search's own table.
type Sourcing struct{ service *sourcing.Service }

// NewSourcing returns the handlers on the service.
func NewSourcing(service *sourcing.Service) *Sourcing { return &Sourcing{service: service} }

// SearchInput is what candidates are searched for.
type SearchInput struct {
	Query    string          `query:"q"`
	Skills   []string        `query:"skill"`
	Location string          `query:"location"`
	Limit    *int            `query:"limit"`
	After    sourcing.Cursor `query:"after"`
}

// search returns the input in the service's terms.
func (in SearchInput) search() sourcing.Search {
	return sourcing.Search{
		Query: in.Query, Skills: in.Skills, Location: in.Location, Limit: limitOf(in.Limit), After: in.After,
	}
}

// Validate says what is wrong with the input.
func (in SearchInput) Validate() error { return in.search().Validate() }

// Search returns a page of candidates, from the best to the worst, as the search
// knows them: it follows changes a little later.
//
//seastack:http GET /candidates auth=jwt
//seastack:function name=candidates-search
func (h *Sourcing) Search(ctx context.Context, in SearchInput) (*sourcing.Page, error) {
	return h.service.Search(ctx, in.search())
}
