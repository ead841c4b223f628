package sns

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	deliveryTimeout = 10 * time.Second
	maxSleep        = 20 * time.Second // after a suspend of the machine timers are late, but the time is right
)

// delivery is a message for an endpoint that has not taken it.
type delivery struct {
	ID                 string
	Topic              string // ARN
	Protocol, Endpoint string // as they were when the message was published
	Body               string
	Attributes         map[string]Attribute `json:",omitempty"` // of a raw message
	DeadLetterQueue    string               `json:",omitempty"`
	First              int64                // microseconds: when it was published
	At                 int64                // milliseconds: of the next attempt
	Attempts           int                  // made
}

// wake makes the deliveries begin.
func (s *Service) wake() {
	select {
	case s.changed <- struct{}{}:
	default: // they will look anyway
	}
}

// run delivers until ctx ends.
func (s *Service) run(ctx context.Context) {
	for {
		next, err := s.deliverAll(ctx)
		if err != nil {
			s.env.Log.Error("sns", "err", err)
			next = s.env.Now().Add(time.Second)
		}
		timer := time.NewTimer(min(max(next.Sub(s.env.Now()), time.Millisecond), maxSleep))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-s.changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// deliverAll makes the deliveries that are due, the oldest first, and returns the
// time at which to look again.
func (s *Service) deliverAll(ctx context.Context) (next time.Time, err error) {
	now := s.env.Now()
	next = now.Add(time.Hour)
	waiting, err := s.deliveries.List("")
	slices.SortStableFunc(waiting, func(a, b delivery) int { return cmp.Compare(a.First, b.First) })
	for _, d := range waiting {
		if ctx.Err() != nil {
			return next, nil // what is left is stored, for the next start
		}
		if d.At <= now.UnixMilli() {
			if d.At, err = s.deliver(ctx, d); err != nil {
				return next, err
			}
		}
		if at := time.UnixMilli(d.At); d.At > 0 && at.Before(next) {
			next = at
		}
	}
	return next, err
}

// deliver makes one attempt and stores its result. It returns the time of the next
// attempt in milliseconds; 0 if there is none.
func (s *Service) deliver(ctx context.Context, d delivery) (again int64, err error) {
	attempt, cancel := context.WithTimeout(ctx, deliveryTimeout)
	defer cancel()
	err = s.send(attempt, d)
	if ctx.Err() != nil {
		return 0, nil
	}
	d.Attempts++
	if err == nil {
		return 0, s.deliveries.Delete(d.ID)
	}
	s.env.Log.Warn("sns could not reach an endpoint", "topic", d.Topic, "endpoint", d.Endpoint, "attempt", d.Attempts, "err", err)
	if d.exhausted(err) {
		s.sendDeadLetter(ctx, d)
		return 0, s.deliveries.Delete(d.ID)
	}
	d.At = s.env.Now().Add(d.backoff()).UnixMilli()
	return d.At, s.deliveries.Put(d.ID, d)
}

func (s *Service) send(ctx context.Context, d delivery) error {
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

// exhausted reports whether a delivery is not tried again after an error. One of
// the endpoint's permissions or its absence would recur with each attempt.
func (d delivery) exhausted(err error) bool {
	var e *wire.Error
	final := errors.As(err, &e) && e.HTTPStatus() < 500 && e.HTTPStatus() != http.StatusTooManyRequests
	return final || d.Attempts > maxRetries
}

// backoff returns the time to the next attempt.
func (d delivery) backoff() time.Duration {
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
func (s *Service) sendDeadLetter(ctx context.Context, d delivery) {
	if d.DeadLetterQueue == "" {
		return
	}
	if err := s.deps.Send(ctx, d.DeadLetterQueue, d.Topic, d.Body, d.Attributes); err != nil {
		s.env.Log.Warn("sns could not reach a dead-letter queue", "topic", d.Topic, "queue", d.DeadLetterQueue, "err", err)
	}
}
