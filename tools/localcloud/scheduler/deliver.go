package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// pending is an invocation of a target that is not finished.
type pending struct {
	delivery.State
	ID       string // the execution's
	Schedule string // ARN
	Target   target // as it was when the schedule was due
	Due      int64  // milliseconds, as is First
	First    int64  // of the first attempt
}

// newDeliveries returns the queue of invocations that are not finished.
func (s *Service) newDeliveries() *delivery.Queue[pending] {
	return &delivery.Queue[pending]{
		Env: s.env, Waiting: store.In[pending](s.env.Store, "scheduler.deliveries"),
		Key: func(d pending) string { return d.ID }, State: func(d *pending) *delivery.State { return &d.State },
		Send: s.attempt, Failed: s.failed,
	}
}

// failed sends a delivery that is not tried again to the dead letters.
func (s *Service) failed(ctx context.Context, d pending, err error) (pause time.Duration, again bool) {
	s.env.Log.Warn("scheduler could not reach a target",
		"schedule", d.Schedule, "target", d.Target.Arn, "attempt", d.Attempts, "err", err)
	if why := d.exhausted(err, s.env.Now()); why != "" {
		s.sendDeadLetter(ctx, d, err, why)
		return 0, false
	}
	return d.Backoff(), true
}

// attempt invokes the target with the permissions of its role.
func (s *Service) attempt(ctx context.Context, d pending) error {
	action := "sqs:SendMessage"
	if d.Target.isFunction() {
		action = "lambda:InvokeFunction"
	}
	if err := s.deps.Roles.Authorize(s.principal(d), action, d.Target.Arn); err != nil {
		return err
	}
	if d.Target.isFunction() {
		return s.deps.Invoke(ctx, d.Target.Arn, []byte(s.input(d)))
	}
	return s.deps.Send(ctx, d.Target.Arn, s.input(d), nil)
}

// principal is the session of the target's role in which a delivery is made.
func (s *Service) principal(d pending) wire.Principal {
	role := d.Target.RoleArn[strings.LastIndexByte(d.Target.RoleArn, '/')+1:]
	return wire.Principal{
		ARN:     "arn:aws:sts::" + s.env.Account + ":assumed-role/" + role + "/" + d.ID,
		RoleARN: d.Target.RoleArn, UserID: d.ID,
	}
}

// input returns the target's input: its Input with the context attributes, or
// AWS's default event if it has none.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
func (s *Service) input(d pending) string {
	due := time.UnixMilli(d.Due).UTC().Format(time.RFC3339)
	if d.Target.Input != "" {
		return strings.NewReplacer(
			"<aws.scheduler.schedule-arn>", d.Schedule,
			"<aws.scheduler.scheduled-time>", due,
			"<aws.scheduler.execution-id>", d.ID,
			"<aws.scheduler.attempt-number>", strconv.Itoa(d.Attempts+1),
		).Replace(d.Target.Input)
	}
	raw, err := json.Marshal(map[string]any{
		"version": "0", "id": d.ID, "detail-type": "Scheduled Event", "source": "aws.scheduler",
		"account": s.env.Account, "time": due, "region": s.env.Region,
		"resources": []string{d.Schedule}, "detail": "{}", // a string, unlike that of EventBridge's rules
	})
	if err != nil {
		return "{}" // a map of strings always has a JSON form
	}
	return string(raw)
}

// exhausted returns why a delivery is not tried again after an error, "" if it
// is. A client error would recur with each attempt.
func (d pending) exhausted(err error, now time.Time) string {
	r := d.Target.RetryPolicy
	switch {
	case delivery.Permanent(err):
		return "NonRetriableError"
	case d.Attempts > *r.MaximumRetryAttempts:
		return "MaximumRetryAttempts"
	case now.UnixMilli()-d.First > int64(*r.MaximumEventAgeInSeconds)*1000:
		return "MaximumEventAgeInSeconds"
	}
	return ""
}

// sendDeadLetter sends a delivery that is not tried again to the dead-letter
// queue, if there is one.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
func (s *Service) sendDeadLetter(ctx context.Context, d pending, cause error, why string) {
	if d.Target.DeadLetterConfig == nil || d.Target.DeadLetterConfig.Arn == "" {
		return
	}
	code, message := "InternalFailure", cause.Error()
	var e *wire.Error
	if errors.As(cause, &e) {
		code, message = e.Code, e.Message
	}
	queue := d.Target.DeadLetterConfig.Arn
	err := s.deps.Roles.Authorize(s.principal(d), "sqs:SendMessage", queue)
	if err == nil {
		err = s.deps.Send(ctx, queue, s.input(d), map[string]string{
			"ERROR_CODE": code, "ERROR_MESSAGE": message, "EXECUTION_ID": d.ID, "EXHAUSTED_RETRY_CONDITION": why,
			"RETRY_ATTEMPTS": strconv.Itoa(d.Attempts - 1), "SCHEDULE_ARN": d.Schedule, "TARGET_ARN": d.Target.Arn,
			"SCHEDULED_TIME": time.UnixMilli(d.Due).UTC().Format(time.RFC3339),
		})
	}
	if err != nil {
		s.env.Log.Warn("scheduler could not reach a dead-letter queue", "schedule", d.Schedule, "queue", queue, "err", err)
	}
}
