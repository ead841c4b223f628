package cloudwatch

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

const topic = "arn:aws:sns:eu-central-1:000000000000:ops"

// published records what alarms publish.
type published struct {
	topics, subjects, texts []string
	err                     error
}

func (p *published) publish(_, topic, subject, text string) error {
	if p.err == nil {
		p.topics, p.subjects, p.texts = append(p.topics, topic), append(p.subjects, subject), append(p.texts, text)
	}
	return p.err
}

// acting sets actions for each state. One is no topic.
func acting(in *sdk.PutMetricAlarmInput) {
	in.AlarmActions = []string{topic, "arn:aws:automate:eu-central-1:ec2:stop"}
	in.OKActions, in.InsufficientDataActions = []string{topic + "-ok"}, []string{topic + "-none"}
}

func setState(t *testing.T, client *sdk.Client, state types.StateValue) {
	t.Helper()
	_, err := client.SetAlarmState(t.Context(), &sdk.SetAlarmStateInput{
		AlarmName: aws.String("failures"), StateValue: state, StateReason: aws.String("a test"),
	})
	check(t, err)
}

// TestActionsOfEachState: a change of the state publishes to the topics of the new
// state, whoever changes it; nothing else does.
func TestActionsOfEachState(t *testing.T) {
	to := &published{}
	cloud := newCloudWith(t, to.publish)
	client := sdk.NewFromConfig(cloud.Config(t))
	check(t, put(t, client, acting))
	fail(t, client, 3)
	for range 2 {
		check(t, cloud.Service.Evaluate())
		check(t, cloud.Service.notify())
	}
	setState(t, client, types.StateValueAlarm) // it is that already
	setState(t, client, types.StateValueOk)
	setState(t, client, types.StateValueInsufficientData)
	_, err := client.DisableAlarmActions(t.Context(), &sdk.DisableAlarmActionsInput{AlarmNames: []string{"failures"}})
	check(t, err)
	setState(t, client, types.StateValueAlarm)
	if diff := cmp.Diff([]string{topic, topic + "-ok", topic + "-none"}, to.topics); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		`ALARM: "failures" in EU (Frankfurt)`, `OK: "failures" in EU (Frankfurt)`, `INSUFFICIENT_DATA: "failures" in EU (Frankfurt)`,
	}, to.subjects); diff != "" {
		t.Error(diff)
	}
}

// TestMessage compares a message with that of CloudWatch.
func TestMessage(t *testing.T) {
	to := &published{}
	cloud := newCloudWith(t, to.publish)
	client := sdk.NewFromConfig(cloud.Config(t))
	check(t, put(t, client, acting))
	setState(t, client, types.StateValueAlarm)
	var m message
	check(t, json.Unmarshal([]byte(to.texts[0]), &m))
	for _, at := range []*string{&m.StateChangeTime, &m.AlarmConfigurationUpdatedTimestamp} {
		if _, err := time.Parse(timeLayout, *at); err != nil {
			t.Error(err)
		}
		*at = ""
	}
	description := "It fails."
	if diff := cmp.Diff(message{
		AlarmName: "failures", AlarmDescription: &description, AWSAccountId: "000000000000", NewStateValue: "ALARM", NewStateReason: "a test",
		Region: "EU (Frankfurt)", AlarmArn: "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:failures", OldStateValue: "INSUFFICIENT_DATA",
		OKActions: []string{topic + "-ok"}, AlarmActions: []string{topic, "arn:aws:automate:eu-central-1:ec2:stop"},
		InsufficientDataActions: []string{topic + "-none"},
		Trigger: trigger{
			MetricName: "Failures", Namespace: "Shop", StatisticType: "Statistic", Statistic: "SUM", Period: 60, EvaluationPeriods: 1,
			Dimensions:         []triggerDimension{{Value: "b", Name: "App"}, {Value: "a", Name: "Team"}},
			ComparisonOperator: "GreaterThanOrEqualToThreshold", Threshold: 2, TreatMissingData: "notBreaching",
		},
	}, m); diff != "" {
		t.Error(diff)
	}
	for _, part := range []string{`"Unit":null`, `{"value":"b","name":"App"}`} {
		if !strings.Contains(to.texts[0], part) {
			t.Errorf("%s has no %s", to.texts[0], part)
		}
	}
}

// TestNoticesAreKept: a message that could not be published is published later,
// also by another process; one that the topic refuses is dropped.
func TestNoticesAreKept(t *testing.T) {
	to := &published{err: errors.New("out of order")}
	cloud := newCloudWith(t, to.publish)
	client := sdk.NewFromConfig(cloud.Config(t))
	check(t, put(t, client, acting))
	setState(t, client, types.StateValueAlarm)
	cloud.Restart(t)
	to.err = nil
	check(t, cloud.Service.notify())
	check(t, cloud.Service.notify())
	if len(to.topics) != 1 {
		t.Errorf("published %d times", len(to.topics))
	}
	to.err = wire.Errorf(404, "NotFound", "Topic does not exist")
	setState(t, client, types.StateValueOk)
	to.err = nil
	check(t, cloud.Service.notify())
	if len(to.topics) != 1 {
		t.Error("a message that was refused is published")
	}
}

// TestSubjectIsShort: SNS takes subjects of a hundred characters.
func TestSubjectIsShort(t *testing.T) {
	s := newCloud(t).Service
	got := s.subject(alarm{settings: settings{AlarmName: strings.Repeat("é", 255)}, State: stateInsufficient})
	if n := len([]rune(got)); n != maxSubject || !strings.HasSuffix(got, `..." in EU (Frankfurt)`) {
		t.Errorf("%d characters: %s", n, got)
	}
}

// TestAlarmOnPercentile: an alarm goes off by a percentile, and the same percentile
// is read in both ways.
func TestAlarmOnPercentile(t *testing.T) {
	cloud := newCloud(t)
	client := sdk.NewFromConfig(cloud.Config(t))
	check(t, put(t, client, func(in *sdk.PutMetricAlarmInput) {
		in.Statistic, in.ExtendedStatistic, in.Threshold = "", aws.String("p90"), aws.Float64(9)
	}))
	fail(t, client, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	check(t, cloud.Service.Evaluate())
	if a := described(t, client); a.StateValue != types.StateValueAlarm || *a.ExtendedStatistic != "p90" || a.Statistic != "" {
		t.Errorf("got %+v", a)
	}
	now := cloud.Env.Now()
	from, to := now.Add(-10*time.Minute), now.Add(time.Minute)
	dimensions := []types.Dimension{{Name: aws.String("App"), Value: aws.String("b")}, {Name: aws.String("Team"), Value: aws.String("a")}}
	stats, err := client.GetMetricStatistics(t.Context(), &sdk.GetMetricStatisticsInput{
		Namespace: aws.String("Shop"), MetricName: aws.String("Failures"), Dimensions: dimensions, StartTime: &from, EndTime: &to,
		Period: aws.Int32(60), ExtendedStatistics: []string{"p50", "p100"},
	})
	check(t, err)
	if d := stats.Datapoints; len(d) != 1 || d[0].ExtendedStatistics["p50"] != 5 || d[0].ExtendedStatistics["p100"] != 10 || d[0].Sum != nil {
		t.Errorf("statistics %+v", d)
	}
	data, err := client.GetMetricData(t.Context(), &sdk.GetMetricDataInput{StartTime: &from, EndTime: &to, MetricDataQueries: []types.MetricDataQuery{{
		Id: aws.String("q"), MetricStat: &types.MetricStat{Stat: aws.String("p90"), Period: aws.Int32(300), Metric: &types.Metric{
			Namespace: aws.String("Shop"), MetricName: aws.String("Failures"), Dimensions: dimensions}},
	}}})
	check(t, err)
	if r := data.MetricDataResults; len(r) != 1 || len(r[0].Values) != 1 || r[0].Values[0] != 9 {
		t.Errorf("data %+v", r)
	}
}
