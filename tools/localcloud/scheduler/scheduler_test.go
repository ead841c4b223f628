package scheduler

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

const (
	function = "arn:aws:lambda:eu-central-1:000000000000:function:sweep:live"
	queue    = "arn:aws:sqs:eu-central-1:000000000000:orders"
	role     = "arn:aws:iam::000000000000:role/scheduler"
)

// input returns a schedule of a function, for a test to change.
func input(name, expression string) *scheduler.CreateScheduleInput {
	return &scheduler.CreateScheduleInput{
		Name: &name, ScheduleExpression: &expression, FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		Target: &types.Target{Arn: aws.String(function), RoleArn: aws.String(role)},
	}
}

func (c *cloud) schedule(t *testing.T, in *scheduler.CreateScheduleInput) {
	t.Helper()
	if _, err := c.CreateSchedule(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

func TestSchedules(t *testing.T) {
	c := newCloud(t)
	in := input("nightly-sweep_1.a", "cron(0 3 * * ? *)")
	in.StartDate = aws.Time(c.Env.Now().Add(time.Hour).Truncate(time.Second))
	c.schedule(t, in)
	in.ClientToken = nil // the SDK has set one, with which this would be the same request
	_, err := c.CreateSchedule(t.Context(), in)
	wiretest.WantCode(t, err, "ConflictException")
	c.Restart(t)
	got, err := c.GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: in.Name})
	if err != nil {
		t.Fatal(err)
	}
	if *got.Arn != "arn:aws:scheduler:eu-central-1:000000000000:schedule/default/nightly-sweep_1.a" || *got.GroupName != "default" ||
		got.State != types.ScheduleStateEnabled || *got.ScheduleExpressionTimezone != "UTC" || !got.StartDate.Equal(*in.StartDate) ||
		*got.Target.RetryPolicy.MaximumRetryAttempts != 185 || got.ActionAfterCompletion != types.ActionAfterCompletionNone {
		t.Errorf("%+v", got)
	}
	_, err = c.UpdateSchedule(t.Context(), &scheduler.UpdateScheduleInput{
		Name: in.Name, ScheduleExpression: aws.String("rate(1 hour)"), FlexibleTimeWindow: in.FlexibleTimeWindow, Target: in.Target,
		State: types.ScheduleStateDisabled,
	})
	if err != nil {
		t.Fatal(err)
	}
	updated, err := c.GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: in.Name, GroupName: aws.String("default")})
	if err != nil || updated.StartDate != nil || *updated.ScheduleExpression != "rate(1 hour)" || !updated.CreationDate.Equal(*got.CreationDate) {
		t.Errorf("%+v, %v", updated, err)
	}
	list, err := c.ListSchedules(t.Context(), &scheduler.ListSchedulesInput{NamePrefix: aws.String("night"), State: types.ScheduleStateDisabled})
	if err != nil || len(list.Schedules) != 1 || *list.Schedules[0].Target.Arn != function {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := c.DeleteSchedule(t.Context(), &scheduler.DeleteScheduleInput{Name: in.Name}); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: in.Name})
	wiretest.WantCode(t, err, "ResourceNotFoundException")
}

func TestCreateRefuses(t *testing.T) {
	c := newCloud(t)
	for what, change := range map[string]func(*scheduler.CreateScheduleInput){
		"name":       func(in *scheduler.CreateScheduleInput) { in.Name = aws.String("a b") },
		"expression": func(in *scheduler.CreateScheduleInput) { in.ScheduleExpression = aws.String("rate(0 minutes)") },
		"zone":       func(in *scheduler.CreateScheduleInput) { in.ScheduleExpressionTimezone = aws.String("Mars/Olympus") },
		"target":     func(in *scheduler.CreateScheduleInput) { in.Target.Arn = aws.String("arn:aws:sns:x:000000000000:y") },
		"role":       func(in *scheduler.CreateScheduleInput) { in.Target.RoleArn = aws.String("scheduler") },
		"trust": func(in *scheduler.CreateScheduleInput) {
			in.Target.RoleArn = aws.String("arn:aws:iam::000000000000:role/untrusting")
		},
		"input": func(in *scheduler.CreateScheduleInput) { in.Target.Input = aws.String("{") },
		"window": func(in *scheduler.CreateScheduleInput) {
			in.FlexibleTimeWindow.Mode = types.FlexibleTimeWindowModeFlexible
		},
		"retries": func(in *scheduler.CreateScheduleInput) {
			in.Target.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(186)}
		},
		"dates": func(in *scheduler.CreateScheduleInput) {
			in.StartDate, in.EndDate = aws.Time(c.Env.Now().Add(time.Hour)), aws.Time(c.Env.Now())
		},
	} {
		in := input("a", "rate(1 hour)")
		change(in)
		_, err := c.CreateSchedule(t.Context(), in)
		if err == nil {
			t.Errorf("a bad %s was taken", what)
			continue
		}
		wiretest.WantCode(t, err, "ValidationException")
	}
	in := input("a", "rate(1 hour)")
	in.GroupName = aws.String("none")
	_, err := c.CreateSchedule(t.Context(), in)
	wiretest.WantCode(t, err, "ResourceNotFoundException")
}

func TestGroups(t *testing.T) {
	c := newCloud(t)
	made, err := c.CreateScheduleGroup(t.Context(), &scheduler.CreateScheduleGroupInput{
		Name: aws.String("web"), Tags: []types.Tag{{Key: aws.String("b"), Value: aws.String("1")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateScheduleGroup(t.Context(), &scheduler.CreateScheduleGroupInput{Name: aws.String("web")})
	wiretest.WantCode(t, err, "ConflictException")
	in := input("a", "rate(1 hour)")
	in.GroupName = aws.String("web")
	c.schedule(t, in)
	arn := made.ScheduleGroupArn
	if _, err := c.TagResource(t.Context(), &scheduler.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("2")}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.UntagResource(t.Context(), &scheduler.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"b"}}); err != nil {
		t.Fatal(err)
	}
	tags, err := c.ListTagsForResource(t.Context(), &scheduler.ListTagsForResourceInput{ResourceArn: arn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Key != "a" {
		t.Errorf("%+v, %v", tags, err)
	}
	var names []string
	pages := scheduler.NewListScheduleGroupsPaginator(c, &scheduler.ListScheduleGroupsInput{MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		p, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range p.ScheduleGroups {
			names = append(names, *g.Name)
		}
	}
	if !slices.Equal(names, []string{"default", "web"}) {
		t.Errorf("groups %v", names)
	}
	_, err = c.DeleteScheduleGroup(t.Context(), &scheduler.DeleteScheduleGroupInput{Name: aws.String("default")})
	wiretest.WantCode(t, err, "ValidationException")
	if _, err := c.DeleteScheduleGroup(t.Context(), &scheduler.DeleteScheduleGroupInput{Name: aws.String("web")}); err != nil {
		t.Fatal(err)
	}
	if all, err := c.Service.schedules.List(""); err != nil || len(all) != 0 {
		t.Errorf("schedules of the group are left: %v, %v", all, err)
	}
}

// tick makes the clock check once.
func (c *cloud) tick(t *testing.T) []got {
	t.Helper()
	if _, err := c.Service.tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c.targets.taken()
}

func TestRateInvokes(t *testing.T) {
	c := newCloud(t)
	c.schedule(t, input("sweep", "rate(5 minutes)"))
	first := c.tick(t)
	if len(first) != 1 || first[0].arn != function {
		t.Fatalf("at once: %+v", first)
	}
	for _, part := range []string{
		`"detail-type":"Scheduled Event"`, `"source":"aws.scheduler"`, `"detail":"{}"`, `"account":"000000000000"`,
		`"resources":["arn:aws:scheduler:eu-central-1:000000000000:schedule/default/sweep"]`,
	} {
		if !strings.Contains(first[0].payload, part) {
			t.Errorf("the event %s has no %s", first[0].payload, part)
		}
	}
	if want := role + " lambda:InvokeFunction " + function; c.targets.authorized[0] != want {
		t.Errorf("asked whether %s, want %s", c.targets.authorized[0], want)
	}
	c.Advance(4 * time.Minute)
	if again := c.tick(t); len(again) != 0 {
		t.Errorf("early: %+v", again)
	}
	c.Advance(time.Minute)
	if again := c.tick(t); len(again) != 1 {
		t.Errorf("after five minutes: %+v", again)
	}
}

func TestMissedTicksAreOneAndSurviveARestart(t *testing.T) {
	c := newCloud(t)
	c.schedule(t, input("sweep", "rate(1 minute)"))
	c.tick(t)
	c.Advance(10*time.Minute + time.Second)
	c.Restart(t)
	if got := c.tick(t); len(got) != 1 {
		t.Errorf("%d invocations for what was missed", len(got))
	}
	c.Restart(t)
	if got := c.tick(t); len(got) != 0 {
		t.Errorf("%d invocations of what had been made up for", len(got))
	}
	c.Advance(time.Minute)
	if got := c.tick(t); len(got) != 1 {
		t.Errorf("%d invocations at the next minute", len(got))
	}
}

func TestOnceAndThenDeleted(t *testing.T) {
	c := newCloud(t)
	in := input("once", "at("+c.Env.Now().UTC().Add(time.Minute).Format("2006-01-02T15:04:05")+")")
	in.ActionAfterCompletion = types.ActionAfterCompletionDelete
	in.Target = &types.Target{Arn: aws.String(queue), RoleArn: aws.String(role), Input: aws.String(
		"<aws.scheduler.schedule-arn> attempt <aws.scheduler.attempt-number>")}
	c.schedule(t, in)
	if got := c.tick(t); len(got) != 0 {
		t.Errorf("early: %+v", got)
	}
	c.Advance(time.Minute)
	want := "arn:aws:scheduler:eu-central-1:000000000000:schedule/default/once attempt 1"
	if got := c.tick(t); len(got) != 1 || got[0].arn != queue || got[0].payload != want {
		t.Errorf("got %+v, want %s", got, want)
	}
	_, err := c.GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: in.Name})
	wiretest.WantCode(t, err, "ResourceNotFoundException")
}

func TestDisabledAndEnded(t *testing.T) {
	c := newCloud(t)
	in := input("off", "rate(1 minute)")
	in.State = types.ScheduleStateDisabled
	c.schedule(t, in)
	in = input("ended", "rate(1 minute)")
	in.EndDate = aws.Time(c.Env.Now().Add(-time.Minute))
	c.schedule(t, in)
	in = input("later", "rate(1 minute)")
	in.StartDate = aws.Time(c.Env.Now().Add(time.Hour))
	c.schedule(t, in)
	if got := c.tick(t); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	c.Advance(time.Hour)
	if got := c.tick(t); len(got) != 1 {
		t.Errorf("at the start date: %+v", got)
	}
}

func TestRetriesAndDeadLetters(t *testing.T) {
	c := newCloud(t)
	in := input("sweep", "rate(1 day)")
	in.Target.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(1)}
	in.Target.DeadLetterConfig = &types.DeadLetterConfig{Arn: aws.String(queue + "-dlq")}
	c.schedule(t, in)
	c.targets.err = errUnreachable{}
	if got := c.tick(t); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	c.Restart(t) // the delivery waits in the store
	c.Advance(time.Second)
	got := c.tick(t)
	if len(got) != 1 || got[0].arn != queue+"-dlq" || got[0].attributes["EXHAUSTED_RETRY_CONDITION"] != "MaximumRetryAttempts" ||
		got[0].attributes["RETRY_ATTEMPTS"] != "1" || got[0].attributes["TARGET_ARN"] != function {
		t.Errorf("%+v", got)
	}
	c.Advance(time.Hour)
	if got := c.tick(t); len(got) != 0 {
		t.Errorf("after it was given up: %+v", got)
	}
}

type errUnreachable struct{}

func (errUnreachable) Error() string { return "unreachable" }

func TestRoleThatMayNotIsNotRetried(t *testing.T) {
	c := newCloud(t)
	in := input("sweep", "rate(1 day)")
	in.Target.RoleArn = aws.String("arn:aws:iam::000000000000:role/weak")
	in.Target.DeadLetterConfig = &types.DeadLetterConfig{Arn: aws.String(queue + "-dlq")}
	c.schedule(t, in)
	got := c.tick(t)
	if len(got) != 1 || got[0].arn != queue+"-dlq" || got[0].attributes["ERROR_CODE"] != "AccessDenied" {
		t.Errorf("%+v", got)
	}
}

func TestClock(t *testing.T) {
	c := newCloud(t)
	c.targets.arrived = make(chan struct{}, 10)
	if err := c.Service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.schedule(t, input("now", "rate(1 hour)"))
	c.schedule(t, input("soon", "at("+c.Env.Now().UTC().Add(2*time.Second).Format("2006-01-02T15:04:05")+")"))
	for range 2 {
		select {
		case <-c.targets.arrived:
		case <-time.After(10 * time.Second):
			t.Fatal("nothing was invoked")
		}
	}
	if err := c.Service.Close(); err != nil {
		t.Fatal(err)
	}
}
