package integrations

import (
	"context"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/queue"
	"github.com/seastack/seastack/core/services/ats"
	"github.com/seastack/seastack/core/services/candidates"
)

// Changes queues candidates for the ATS.
type Changes struct{ queue queue.Sender[ats.Change] }

// NewChanges returns the handler on the queue.
func NewChanges(queue queue.Sender[ats.Change]) *Changes { return &Changes{queue: queue} }

// Queue queues a candidate who has changed, unless the ATS itself has told that. An
// event comes in no certain order, and more than once: each candidate is a group of
// the queue, so that no two of its changes are sent at the same time.
//
//seastack:on filter="{\"source\":[{\"anything-but\":\"ats\"}]}"
func (h *Changes) Queue(ctx context.Context, s candidates.Saved) error {
	if s.Source == candidates.ATS {
		return nil
	}
	return h.queue.Send(ctx, ats.NewChange(s.ID, s.Version))
}

// Syncs sends candidates to the ATS.
type Syncs struct{ pusher *ats.Pusher }

// NewSyncs returns the handler on the pusher.
func NewSyncs(pusher *ats.Pusher) *Syncs { return &Syncs{pusher: pusher} }

// Push sends a candidate. One that fails comes again after a minute, and keeps no
// other candidate back.
//
//seastack:consume batch=1 concurrency=2
func (h *Syncs) Push(ctx context.Context, c ats.Change) error { return h.pusher.Push(ctx, c) }

// States serves /candidates/{id}/sync.
type States struct{ service *ats.Service }

// NewStates returns the handlers on the service.
func NewStates(service *ats.Service) *States { return &States{service: service} }

// SyncInput names a candidate.
type SyncInput struct {
	ID uuid.UUID `path:"id"`
}

// Get returns what the ATS has of a candidate.
//
//seastack:http GET /candidates/{id}/sync
//seastack:function name=syncs-get
func (h *States) Get(ctx context.Context, in SyncInput) (*ats.Sync, error) {
	return h.service.Sync(ctx, in.ID)
}
