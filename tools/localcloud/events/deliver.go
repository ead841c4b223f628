package events

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/traceheader"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// pending is an event for a target that has not taken it.
type pending struct {
	delivery.State
	ID      string
	Rule    string // ARN
	Target  target // as it was when the event was put
	Payload string
	Trace   string // X-Ray's header; empty: none
	First   int64  // milliseconds: of the first attempt
}

// newDeliveries returns the queue of events that targets have not taken, the oldest
// first.
func (s *Service) newDeliveries() *delivery.Queue[pending] {
	return &delivery.Queue[pending]{
		Env: s.env, Waiting: store.In[pending](s.env.Store, "events.deliveries"),
		Key: func(d pending) string { return d.ID }, State: func(d *pending) *delivery.State { return &d.State },
		Order: func(a, b pending) int { return cmp.Compare(a.First, b.First) },
		Send:  func(ctx context.Context, d pending) error { return s.send(ctx, d.Target.Arn, d) }, Failed: s.failed,
	}
}

// failed sends a delivery that is not tried again to the dead letters.
func (s *Service) failed(ctx context.Context, d pending, err error) (pause time.Duration, again bool) {
	s.env.Log.Warn("events could not reach a target", "rule", d.Rule, "target", d.Target.Arn, "attempt", d.Attempts, "err", err)
	if d.exhausted(err, s.env.Now()) {
		s.sendDeadLetter(ctx, d, err)
		return 0, false
	}
	return d.Backoff(), true
}

func (s *Service) send(ctx context.Context, arn string, d pending) error {
	ctx = traceheader.With(ctx, d.Trace)
	if functionARN.MatchString(arn) {
		return s.deps.Invoke(ctx, arn, d.Rule, []byte(d.Payload))
	}
	return s.deps.Send(ctx, arn, d.Rule, d.Payload, nil)
}

// exhausted reports whether a delivery is not tried again after an error. One of
// the target's permissions or its absence would recur with each attempt.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
func (d pending) exhausted(err error, now time.Time) bool {
	attempts, age := maxRetryAttempts, maxEventAge
	if r := d.Target.RetryPolicy; r != nil {
		attempts, age = *cmp.Or(r.MaximumRetryAttempts, &attempts), *cmp.Or(r.MaximumEventAgeInSeconds, &age)
	}
	return delivery.Permanent(err) || d.Attempts > attempts || now.UnixMilli()-d.First > int64(age)*1000
}

// sendDeadLetter sends a delivery that is not tried again to the dead-letter
// queue, if there is one.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func (s *Service) sendDeadLetter(ctx context.Context, d pending, cause error) {
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
