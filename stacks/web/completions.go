package web

import (
	"context"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/core/services/interviews"
)

// Completions completes interviews. It is apart from Interviews because it alone
// may publish.
type Completions struct {
	service   *interviews.Service
	publisher outbox.Publisher[interviews.Completion]
}

// NewCompletions returns the handlers on the service.
func NewCompletions(service *interviews.Service, publisher outbox.Publisher[interviews.Completion]) *Completions {
	return &Completions{service: service, publisher: publisher}
}

// CompleteInput is how an interview ended.
type CompleteInput struct {
	ID             uuid.UUID                 `path:"id"`
	Recommendation interviews.Recommendation `json:"recommendation"`
}

// Complete records the end of an interview, and publishes that with it: there is
// never one without the other.
//
//seastack:http POST /interviews/{id}/complete
//seastack:function name=interviews-complete
func (h *Completions) Complete(ctx context.Context, in CompleteInput) (*interviews.Interview, error) {
	return h.service.Complete(ctx, in.ID, in.Recommendation, h.publisher.Publish)
}
