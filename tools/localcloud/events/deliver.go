package events

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	deliveryTimeout = 10 * time.Second
	maxBackoff      = 5 * time.Minute
	maxSleep        = 20 * time.Second // after a suspend of the machine timers are late, but the time is right
)

// delivery is an event for a target that has not taken it.
type delivery struct {
	ID       string
	Rule     string // ARN
	Target   target // as it was when the event was put
	Payload  string
	First    int64 // milliseconds: of the first attempt
	At       int64 // milliseconds: of the next attempt
	Attempts int   // made
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
			s.env.Log.Error("events", "err", err)
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
		if at := time.UnixMilli(d.At); at.After(now) {
			next = earlier(next, at)
			continue
		}
		again, err := s.deliver(ctx, d)
		if err != nil {
			return next, err
		}
		if again > 0 {
			next = earlier(next, time.UnixMilli(again))
		}
	}
	return next, err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// deliver makes one attempt and stores its result. It returns the time of the next
// attempt in milliseconds; 0 if there is none.
func (s *Service) deliver(ctx context.Context, d delivery) (again int64, err error) {
	attempt, cancel := context.WithTimeout(ctx, deliveryTimeout)
	defer cancel()
	err = s.send(attempt, d.Target.Arn, d)
	if ctx.Err() != nil {
		return 0, nil
	}
	d.Attempts++
	if err == nil {
		return 0, s.deliveries.Delete(d.ID)
	}
	s.env.Log.Warn("events could not reach a target", "rule", d.Rule, "target", d.Target.Arn, "attempt", d.Attempts, "err", err)
	if d.exhausted(err, s.env.Now()) {
		s.sendDeadLetter(ctx, d, err)
		return 0, s.deliveries.Delete(d.ID)
	}
	d.At = s.env.Now().Add(d.backoff()).UnixMilli()
	return d.At, s.deliveries.Put(d.ID, d)
}

func (s *Service) send(ctx context.Context, arn string, d delivery) error {
	if functionARN.MatchString(arn) {
		return s.deps.Invoke(ctx, arn, d.Rule, []byte(d.Payload))
	}
	return s.deps.Send(ctx, arn, d.Rule, d.Payload, nil)
}

// exhausted reports whether a delivery is not tried again after an error. One of
// the target's permissions or its absence would recur with each attempt.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
func (d delivery) exhausted(err error, now time.Time) bool {
	attempts, age := maxRetryAttempts, maxEventAge
	if r := d.Target.RetryPolicy; r != nil {
		attempts, age = *cmp.Or(r.MaximumRetryAttempts, &attempts), *cmp.Or(r.MaximumEventAgeInSeconds, &age)
	}
	var e *wire.Error
	final := errors.As(err, &e) && e.HTTPStatus() < 500 && e.HTTPStatus() != http.StatusTooManyRequests
	return final || d.Attempts > attempts || now.UnixMilli()-d.First > int64(age)*1000
}

// backoff returns the time to the next attempt: it doubles from one second on.
func (d delivery) backoff() time.Duration { return min(time.Second<<min(d.Attempts-1, 20), maxBackoff) }

// sendDeadLetter sends a delivery that is not tried again to the dead-letter
// queue, if there is one.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func (s *Service) sendDeadLetter(ctx context.Context, d delivery, cause error) {
	if d.Target.DeadLetterConfig == nil || d.Target.DeadLetterConfig.Arn == "" {
		return
	}
	code, message := "SDK_CLIENT_ERROR", cause.Error()
	var e *wire.Error
	if errors.As(cause, &e) {
		code, message = e.Code, e.Message
	}
	err := s.deps.Send(ctx, d.Target.DeadLetterConfig.Arn, d.Rule, d.Payload, map[string]string{
		"RULE_ARN": d.Rule, "TARGET_ARN": d.Target.Arn, "ERROR_CODE": code, "ERROR_MESSAGE": message,
		"RETRY_ATTEMPTS": strconv.Itoa(d.Attempts - 1),
	})
	if err != nil {
		s.env.Log.Warn("events could not reach a dead-letter queue", "rule", d.Rule, "queue", d.Target.DeadLetterConfig.Arn, "err", err)
	}
}
