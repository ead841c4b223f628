package etl

import (
	"context"
	"time"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/analytics"
)

// Positions serves /analytics/positions.
type Positions struct{ service *analytics.Service }

// NewPositions returns the handlers on the service.
func NewPositions(service *analytics.Service) *Positions { return &Positions{service: service} }

// PositionsInput chooses positions.
type PositionsInput struct {
	Weeks *int   `query:"weeks"`
	Limit *int   `query:"limit"`
	After string `query:"after"`
}

// defaultWeeks is how far back the figures go unless the request says otherwise.
const defaultWeeks = 12

// filter returns the input in the service's terms.
func (in PositionsInput) filter() analytics.Filter {
	f := analytics.Filter{Weeks: defaultWeeks, After: in.After}
	if in.Weeks != nil {
		f.Weeks = *in.Weeks
	}
	if in.Limit != nil {
		f.Limit = *in.Limit
	}
	return f
}

// Validate says what is wrong with the input.
func (in PositionsInput) Validate() error {
	if in.Limit != nil && *in.Limit == 0 {
		return fault.Fields{{Field: "limit", Detail: "must be positive"}}.Err()
	}
	return in.filter().Validate()
}

// List returns figures of the interviews for each position.
//
//seastack:http GET /analytics/positions
func (h *Positions) List(ctx context.Context, in PositionsInput) (*analytics.Page, error) {
	return h.service.Positions(ctx, time.Now(), in.filter())
}
