package web

import (
	"context"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/services/outreach"
)

// Messages serves /messages.
type Messages struct{ service *outreach.Service }

// NewMessages returns the handlers on the service.
func NewMessages(service *outreach.Service) *Messages { return &Messages{service: service} }

// MessagesInput chooses messages.
type MessagesInput struct {
	Candidate string    `query:"candidate"` // the name, as the interview has it
	Limit     *int      `query:"limit"`
	After     uuid.UUID `query:"after"`
}

// filter returns the input in the service's terms.
func (in MessagesInput) filter() outreach.Filter {
	return outreach.Filter{Candidate: in.Candidate, Limit: limitOf(in.Limit), After: in.After}
}

// Validate says what is wrong with the input.
func (in MessagesInput) Validate() error { return in.filter().Validate() }

// List returns a page of the messages to a candidate, from the newest to the oldest.
//
//seastack:http GET /messages auth=jwt
func (h *Messages) List(ctx context.Context, in MessagesInput) (*outreach.Page, error) {
	return h.service.List(ctx, in.filter())
}

// StopInput says who is to get no more messages, and why.
type StopInput struct {
	Candidate string          `json:"candidate"`
	Reason    outreach.Reason `json:"reason"`
}

// StoppedMessages is how many messages were stopped.
type StoppedMessages struct {
	Stopped int64 `json:"stopped"`
}

// Stop cancels the messages to a candidate that wait. The same again stops none.
//
//seastack:http POST /messages/stop auth=jwt
func (h *Messages) Stop(ctx context.Context, in StopInput) (*StoppedMessages, error) {
	stopped, err := h.service.Stop(ctx, in.Candidate, in.Reason)
	if err != nil {
		return nil, err
	}
	return &StoppedMessages{Stopped: stopped}, nil
}
