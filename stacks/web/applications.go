package web

import (
	"context"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/core/services/applications"
)

// Applications serves /applications/{id}.
type Applications struct{ service *applications.Service }

// NewApplications returns the handlers on the service.
func NewApplications(service *applications.Service) *Applications {
	return &Applications{service: service}
}

// Get returns an application, with its review once that is made.
//
//seastack:http GET /applications/{id} auth=jwt
func (h *Applications) Get(ctx context.Context, in GetInput) (*applications.Application, error) {
	return h.service.Get(ctx, in.ID)
}

// Submissions takes applications. It is apart from Applications because it alone may
// send.
type Submissions struct {
	service *applications.Service
	sender  outbox.Sender[applications.Submitted]
}

// NewSubmissions returns the handlers on the service and the queue to the stack that
// reviews.
func NewSubmissions(service *applications.Service, sender outbox.Sender[applications.Submitted]) *Submissions {
	return &Submissions{service: service, sender: sender}
}

// SubmitInput is an application.
type SubmitInput struct {
	CandidateID uuid.UUID `json:"candidateId"`
	RoleID      uuid.UUID `json:"roleId"`
	Years       int       `json:"years"`
	Cover       string    `json:"cover"`
}

// form returns the input in the service's terms.
func (in SubmitInput) form() applications.Form { return applications.Form(in) }

// Validate says what is wrong with the input.
func (in SubmitInput) Validate() error { return in.form().Validate() }

// Submit takes an application and has it reviewed, some time later. The same again is
// the same application.
//
//seastack:http POST /applications status=201 auth=jwt
//seastack:function name=applications-submit
func (h *Submissions) Submit(ctx context.Context, in SubmitInput) (*applications.Application, error) {
	return h.service.Submit(ctx, in.form(), h.sender.Send)
}
