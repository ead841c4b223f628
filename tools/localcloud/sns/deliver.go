package sns

import (
	"cmp"
	"context"
	"time"

	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// pending is a message for an endpoint that has not taken it.
type pending struct {
	delivery.State
	ID                 string
	Topic              string // ARN
	Protocol, Endpoint string // as they were when the message was published
	Body               string
	Attributes         map[string]Attribute `json:",omitempty"` // of a raw message
	DeadLetterQueue    string               `json:",omitempty"`
	First              int64                // microseconds: when it was published
}

// newDeliveries returns the queue of messages that endpoints have not taken, the
// oldest first.
func (s *Service) newDeliveries() *delivery.Queue[pending] {
	return &delivery.Queue[pending]{
		Env: s.env, Waiting: store.In[pending](s.env.Store, "sns.deliveries"),
		Key: func(d pending) string { return d.ID }, State: func(d *pending) *delivery.State { return &d.State },
		Order: func(a, b pending) int { return cmp.Compare(a.First, b.First) },
		Send:  s.send, Failed: s.failed,
	}
}

// failed sends a message that is not tried again to the dead letters.
func (s *Service) failed(ctx context.Context, d pending, err error) (pause time.Duration, again bool) {
	s.env.Log.Warn("sns could not reach an endpoint", "topic", d.Topic, "endpoint", d.Endpoint, "attempt", d.Attempts, "err", err)
	if delivery.Permanent(err) || d.Attempts > maxRetries {
		s.sendDeadLetter(ctx, d)
		return 0, false
	}
	return d.pause(), true
}

func (s *Service) send(ctx context.Context, d pending) error {
	if d.Protocol == protocolLambda {
		return s.deps.Invoke(ctx, d.Endpoint, d.Topic, []byte(d.Body))
	}
	return s.deps.Send(ctx, d.Endpoint, d.Topic, d.Body, d.Attributes)
}

// The retries to endpoints of AWS: 3 at once, 2 after a second each, 10 with
// growing pauses up to 20 seconds, and 100,000 every 20 seconds.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
const (
	immediateRetries = 3
	preBackoff       = immediateRetries + 2
	maxRetries       = preBackoff + 10 + 100_000
	maxBackoff       = 20 * time.Second
)

// pause returns the time to the next attempt.
func (d pending) pause() time.Duration {
	switch {
	case d.Attempts <= immediateRetries:
		return 0
	case d.Attempts <= preBackoff:
		return time.Second
	}
	return min(time.Second<<min(d.Attempts-preBackoff, 10), maxBackoff)
}

// sendDeadLetter sends a message that is not tried again to the dead-letter
// queue, if the subscription has one.
func (s *Service) sendDeadLetter(ctx context.Context, d pending) {
	if d.DeadLetterQueue == "" {
		return
	}
	if err := s.deps.Send(ctx, d.DeadLetterQueue, d.Topic, d.Body, d.Attributes); err != nil {
		s.env.Log.Warn("sns could not reach a dead-letter queue", "topic", d.Topic, "queue", d.DeadLetterQueue, "err", err)
	}
}
