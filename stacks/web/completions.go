package web

import (
	"context"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/event"
	"github.com/seastack/seastack/core/services/interviews"
)

// Completions completes interviews. It is apart from Interviews because it alone
// may publish.
type Completions struct {
	service   *interviews.Service
	publisher event.Publisher[interviews.Completion]
}

// NewCompletions returns the handlers on the service.
func NewCompletions(service *interviews.Service, publisher event.Publisher[interviews.Completion]) *Completions {
	return &Completions{service: service, publisher: publisher}
}

// CompleteInput is how an interview ended.
type CompleteInput struct {
	ID             uuid.UUID                 `path:"id"`
	Recommendation interviews.Recommendation `json:"recommendation"`
}

// Complete records the end of an interview, and publishes that. A request that
// comes again publishes again: it may be the retry of one whose event could not
// be published.
//
//seastack:http POST /interviews/{id}/complete
//seastack:function name=interviews-complete
func (h *Completions) Complete(ctx context.Context, in CompleteInput) (*interviews.Interview, error) {
	i, err := h.service.Complete(ctx, in.ID, in.Recommendation)
	if err != nil {
		return nil, err
	}
	if err := h.publisher.Publish(ctx, i.Completion()); err != nil {
		return nil, err
	}
	return i, nil
}
