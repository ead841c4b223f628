package processing

import (
	"context"

	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/sourcing"
)

// Candidates keeps the search up to date.
type Candidates struct{ sourcing *sourcing.Service }

// NewCandidates returns the handlers on the service.
func NewCandidates(sourcing *sourcing.Service) *Candidates { return &Candidates{sourcing: sourcing} }

// Index makes a saved candidate searchable. Events that come again or late change
// nothing.
//
//seastack:on
func (h *Candidates) Index(ctx context.Context, e candidates.Saved) error {
	return h.sourcing.Index(ctx, e)
}
