package web

import (
	"context"

	"github.com/seastack/seastack/core/services/notes"
)

// Notes serves /interviews/{id}/notes.
type Notes struct{ service *notes.Service }

// NewNotes returns the handlers on the service.
func NewNotes(service *notes.Service) *Notes { return &Notes{service: service} }

// Get returns the notes of an interview.
//
//seastack:http GET /interviews/{id}/notes
func (h *Notes) Get(ctx context.Context, in GetInput) (*notes.Notes, error) {
	return h.service.Get(ctx, in.ID)
}
