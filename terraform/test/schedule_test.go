package test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

// fireLimit is how long a schedule of one minute may take to do its work: AWS
// calls within a minute of the due time.
const fireLimit = 90 * time.Second

func testSchedule(t *testing.T, d *deployment) {
	who := newInterviewer()
	d.create(t, draft(who, time.Now().Add(time.Hour).UTC().Truncate(time.Minute)))
	t.Run("IsThere", func(t *testing.T) { testScheduleIsThere(t, d) })
	t.Run("InvokedFillsReports", func(t *testing.T) { testInvokedFillsReports(t, d, who) })
	t.Run("Fires", func(t *testing.T) { testScheduleFires(t, d, who) })
}

func (d *deployment) schedule(t *testing.T) *scheduler.GetScheduleOutput {
	t.Helper()
	name := d.prefix() + "reporting-rate--1-hour"
	return must(scheduler.NewFromConfig(d.aws).GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: &name}))(t)
}

func testScheduleIsThere(t *testing.T, d *deployment) {
	s := d.schedule(t)
	if s.State != types.ScheduleStateEnabled || aws.ToString(s.ScheduleExpression) != "rate(1 hour)" {
		t.Errorf("the schedule is %s, at %s", s.State, aws.ToString(s.ScheduleExpression))
	}
	if want := d.functions["reporting/reports-refresh"].AliasARN; aws.ToString(s.Target.Arn) != want {
		t.Errorf("its target is %s, want %s", aws.ToString(s.Target.Arn), want)
	}
	const queue = "reports-refresh-dlq"
	if c := s.Target.DeadLetterConfig; c == nil || !strings.HasSuffix(aws.ToString(c.Arn), ":"+d.prefix()+queue) {
		t.Errorf("starts that Lambda does not accept go to %+v, want %s", c, queue)
	}
	c := must(lambda.NewFromConfig(d.aws).GetFunctionEventInvokeConfig(t.Context(), &lambda.GetFunctionEventInvokeConfigInput{
		FunctionName: aws.String(d.functions["reporting/reports-refresh"].AliasARN),
	}))(t)
	if got := c.DestinationConfig.OnFailure; got == nil || !strings.HasSuffix(aws.ToString(got.Destination), ":"+d.prefix()+queue) {
		t.Errorf("runs that fail go to %+v, want %s", got, queue)
	}
}

func testInvokedFillsReports(t *testing.T, d *deployment, who string) {
	d.wantScheduled(t, who, 0)
	out := must(lambda.NewFromConfig(d.aws).Invoke(t.Context(), &lambda.InvokeInput{
		FunctionName: aws.String(d.functions["reporting/reports-refresh"].AliasARN), Payload: []byte(`{}`),
	}))(t)
	if out.FunctionError != nil {
		t.Fatalf("%s: %s", *out.FunctionError, out.Payload)
	}
	d.wantScheduled(t, who, 1)

	type week struct{ Scheduled, Completed int }
	got := decode[struct{ Weeks []week }](t, d.get(t, "/reports?interviewer="+who).want(t, 200))
	if len(got.Weeks) != 1 || got.Weeks[0] != (week{Scheduled: 1}) {
		t.Errorf("reports: %+v", got)
	}
}

// wantScheduled wants a number of interviews in the figures of an interviewer.
func (d *deployment) wantScheduled(t *testing.T, who string, want int) {
	t.Helper()
	var got int
	d.row(t, []any{&got}, `SELECT coalesce(sum(scheduled), 0) FROM interviewer_weeks WHERE interviewer = $1`, who)
	if got != want {
		t.Errorf("the figures of %s say %d interviews, want %d", who, got, want)
	}
}

// testScheduleFires makes the schedule's next time come soon; all else of it
// stays. The figures that were taken away must come back by themselves.
func testScheduleFires(t *testing.T, d *deployment, who string) {
	before := d.schedule(t)
	d.exec(t, `DELETE FROM interviewer_weeks WHERE interviewer = $1`, who)
	t.Cleanup(func() { d.reschedule(t, before, aws.ToString(before.ScheduleExpression)) })
	d.reschedule(t, before, "rate(1 minute)")
	eventually(t, fireLimit, "figures from the schedule", func(ctx context.Context) (n int, err error) {
		err = d.query(ctx, []any{&n}, `SELECT scheduled FROM interviewer_weeks WHERE interviewer = $1`, who)
		return n, err
	})
}

func (d *deployment) reschedule(t *testing.T, s *scheduler.GetScheduleOutput, expression string) {
	t.Helper()
	_, err := scheduler.NewFromConfig(d.aws).UpdateSchedule(context.WithoutCancel(t.Context()), &scheduler.UpdateScheduleInput{
		Name: s.Name, GroupName: s.GroupName, State: s.State, Target: s.Target, FlexibleTimeWindow: s.FlexibleTimeWindow,
		Description: s.Description, ScheduleExpression: &expression, ScheduleExpressionTimezone: s.ScheduleExpressionTimezone,
		ActionAfterCompletion: s.ActionAfterCompletion, StartDate: s.StartDate, EndDate: s.EndDate, KmsKeyArn: s.KmsKeyArn,
	})
	if err != nil {
		t.Error(err)
	}
}
