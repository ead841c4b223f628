package processing

import (
	"context"
	"log/slog"

	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/outreach"
)

// FollowUps writes to candidates after their interviews.
type FollowUps struct{ service *outreach.Service }

// NewFollowUps returns the handlers on the service.
func NewFollowUps(service *outreach.Service) *FollowUps { return &FollowUps{service: service} }

// Enrol has the candidate of a completed interview written to: about the next steps,
// or with thanks. An event that comes again changes nothing.
//
//seastack:on
func (h *FollowUps) Enrol(ctx context.Context, e interviews.Completion) error {
	sequence := outreach.Thanks
	if e.Recommendation == interviews.Yes || e.Recommendation == interviews.StrongYes {
		sequence = outreach.NextSteps
	}
	return h.service.Enrol(ctx, outreach.Enrolment{
		Key: "interview/" + e.InterviewID.String(), Candidate: e.Candidate, Sequence: sequence, At: e.CompletedAt,
		Values: map[string]string{"position": e.Position, "interviewer": e.Interviewer},
	})
}

// Messages sends the messages that are due.
type Messages struct{ dispatcher *outreach.Dispatcher }

// NewMessages returns the handlers on the dispatcher.
func NewMessages(dispatcher *outreach.Dispatcher) *Messages {
	return &Messages{dispatcher: dispatcher}
}

// batch is how many messages one run sends at most.
const batch = 200

// Send sends the messages that are due. What it does not get to is the next run's.
//
//seastack:schedule rate(1 minute) retries=0 maxage=1m
//seastack:function timeout=50s
func (h *Messages) Send(ctx context.Context) error {
	counts, err := h.dispatcher.Run(ctx, batch)
	if counts != (outreach.Counts{}) {
		slog.InfoContext(ctx, "messages sent", "sent", counts.Sent, "failed", counts.Failed)
	}
	return err
}
