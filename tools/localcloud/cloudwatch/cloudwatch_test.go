package cloudwatch

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// put makes an alarm on more than one failure in a minute.
func put(t *testing.T, client *sdk.Client, change func(*sdk.PutMetricAlarmInput)) error {
	t.Helper()
	in := &sdk.PutMetricAlarmInput{
		AlarmName: aws.String("failures"), AlarmDescription: aws.String("It fails."), Namespace: aws.String("Shop"), MetricName: aws.String("Failures"),
		Dimensions: []types.Dimension{{Name: aws.String("Team"), Value: aws.String("a")}, {Name: aws.String("App"), Value: aws.String("b")}},
		Statistic:  types.StatisticSum, Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(2),
		ComparisonOperator: types.ComparisonOperatorGreaterThanOrEqualToThreshold, TreatMissingData: aws.String("notBreaching"),
		Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("a")}},
	}
	if change != nil {
		change(in)
	}
	_, err := client.PutMetricAlarm(t.Context(), in)
	return err
}

// fail measures failures.
func fail(t *testing.T, client *sdk.Client, values ...float64) {
	t.Helper()
	_, err := client.PutMetricData(t.Context(), &sdk.PutMetricDataInput{Namespace: aws.String("Shop"), MetricData: []types.MetricDatum{{
		MetricName: aws.String("Failures"), Values: values,
		Dimensions: []types.Dimension{{Name: aws.String("App"), Value: aws.String("b")}, {Name: aws.String("Team"), Value: aws.String("a")}}, // another order
	}}})
	check(t, err)
}

func described(t *testing.T, client *sdk.Client) types.MetricAlarm {
	t.Helper()
	out, err := client.DescribeAlarms(t.Context(), &sdk.DescribeAlarmsInput{AlarmNames: []string{"failures"}})
	check(t, err)
	if len(out.MetricAlarms) != 1 {
		t.Fatalf("%d alarms", len(out.MetricAlarms))
	}
	return out.MetricAlarms[0]
}

// TestAlarmGoesOffAndEnds follows an alarm through its states, and over a restart.
func TestAlarmGoesOffAndEnds(t *testing.T) {
	cloud := newCloud(t)
	client := sdk.NewFromConfig(cloud.Config(t))
	check(t, put(t, client, nil))
	if a := described(t, client); a.StateValue != types.StateValueInsufficientData || aws.ToString(a.StateReason) != "Unchecked: Initial alarm creation" ||
		aws.ToString(a.AlarmArn) != "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:failures" || *a.Threshold != 2 || *a.Period != 60 ||
		len(a.Dimensions) != 2 || a.AlarmConfigurationUpdatedTimestamp.IsZero() || *a.AlarmDescription != "It fails." {
		t.Errorf("made %+v", a)
	}
	state := func(want types.StateValue) types.MetricAlarm {
		t.Helper()
		check(t, cloud.Service.Evaluate())
		a := described(t, client)
		if a.StateValue != want {
			t.Errorf("the state is %s (%s), want %s", a.StateValue, aws.ToString(a.StateReason), want)
		}
		return a
	}
	ok := state(types.StateValueOk)
	fail(t, client, 1)
	state(types.StateValueOk)
	fail(t, client, 0, 1)
	on := state(types.StateValueAlarm)
	if !strings.Contains(*on.StateReason, "[2 (") || !strings.Contains(*on.StateReason, "greater than or equal to the threshold (2)") || !on.StateTransitionedTimestamp.After(*ok.StateTransitionedTimestamp) {
		t.Errorf("the reason is %s, at %s", *on.StateReason, on.StateTransitionedTimestamp)
	}
	check(t, cloud.Service.Close())
	cloud.Restart(t)
	state(types.StateValueAlarm)
	check(t, put(t, client, func(in *sdk.PutMetricAlarmInput) { in.Threshold = aws.Float64(2) })) // the state stays
	if a := described(t, client); a.StateValue != types.StateValueAlarm {
		t.Errorf("an update has made it %s", a.StateValue)
	}
	cloud.Advance(4 * time.Minute)
	state(types.StateValueOk)
	_, err := client.SetAlarmState(t.Context(), &sdk.SetAlarmStateInput{AlarmName: aws.String("failures"), StateValue: types.StateValueAlarm, StateReason: aws.String("a test")})
	check(t, err)
	if a := described(t, client); a.StateValue != types.StateValueAlarm || *a.StateReason != "a test" {
		t.Errorf("set to %s, %s", a.StateValue, *a.StateReason)
	}
	_, err = client.DeleteAlarms(t.Context(), &sdk.DeleteAlarmsInput{AlarmNames: []string{"failures"}})
	check(t, err)
	_, err = client.DeleteAlarms(t.Context(), &sdk.DeleteAlarmsInput{AlarmNames: []string{"failures"}})
	wiretest.WantCode(t, err, "ResourceNotFound")
}

// TestMetricsAreRead asks for what was measured, in each of the ways.
func TestMetricsAreRead(t *testing.T) {
	cloud := newCloud(t)
	client := sdk.NewFromConfig(cloud.Config(t))
	fail(t, client, 3, 5)
	now := cloud.Env.Now()
	from, to := now.Add(-10*time.Minute), now.Add(time.Minute)
	dimensions := []types.Dimension{{Name: aws.String("App"), Value: aws.String("b")}, {Name: aws.String("Team"), Value: aws.String("a")}}
	stats, err := client.GetMetricStatistics(t.Context(), &sdk.GetMetricStatisticsInput{
		Namespace: aws.String("Shop"), MetricName: aws.String("Failures"), Dimensions: dimensions, StartTime: &from, EndTime: &to, Period: aws.Int32(60),
		Statistics: []types.Statistic{types.StatisticSum, types.StatisticMaximum},
	})
	check(t, err)
	if d := stats.Datapoints; len(d) != 1 || *d[0].Sum != 8 || *d[0].Maximum != 5 || d[0].Average != nil || !d[0].Timestamp.Equal(now.Truncate(time.Minute)) {
		t.Errorf("statistics %+v", d)
	}
	data, err := client.GetMetricData(t.Context(), &sdk.GetMetricDataInput{StartTime: &from, EndTime: &to, MetricDataQueries: []types.MetricDataQuery{{
		Id: aws.String("q"), MetricStat: &types.MetricStat{Stat: aws.String("Average"), Period: aws.Int32(300), Metric: &types.Metric{Namespace: aws.String("Shop"), MetricName: aws.String("Failures"), Dimensions: dimensions}},
	}}})
	check(t, err)
	if r := data.MetricDataResults; len(r) != 1 || len(r[0].Values) != 1 || r[0].Values[0] != 4 || *r[0].Label != "Failures" {
		t.Errorf("data %+v", r)
	}
	list, err := client.ListMetrics(t.Context(), &sdk.ListMetricsInput{Dimensions: []types.DimensionFilter{{Name: aws.String("App")}}})
	check(t, err)
	if m := list.Metrics; len(m) != 1 || *m[0].MetricName != "Failures" || len(m[0].Dimensions) != 2 {
		t.Errorf("metrics %+v", m)
	}
	many := make([]types.MetricDatum, 400) // so large that the SDK compresses it
	for i := range many {
		many[i] = types.MetricDatum{MetricName: aws.String("Many"), Value: aws.Float64(1)}
	}
	_, err = client.PutMetricData(t.Context(), &sdk.PutMetricDataInput{Namespace: aws.String("Shop"), MetricData: many})
	check(t, err)
	stats, err = client.GetMetricStatistics(t.Context(), &sdk.GetMetricStatisticsInput{
		Namespace: aws.String("Shop"), MetricName: aws.String("Many"), StartTime: &from, EndTime: &to, Period: aws.Int32(60), Statistics: []types.Statistic{types.StatisticSampleCount},
	})
	check(t, err)
	if d := stats.Datapoints; len(d) == 0 || *d[0].SampleCount != 400 {
		t.Errorf("statistics %+v", d)
	}
}

// TestWhatIsRefused has an error for each setting that is wrong, and for what the
// local cloud does not have.
func TestWhatIsRefused(t *testing.T) {
	client := sdk.NewFromConfig(newCloud(t).Config(t))
	for text, change := range map[string]func(*sdk.PutMetricAlarmInput){
		"Threshold is required":       func(in *sdk.PutMetricAlarmInput) { in.Threshold = nil },
		"multiple of 60":              func(in *sdk.PutMetricAlarmInput) { in.Period = aws.Int32(61) },
		"higher resolution":           func(in *sdk.PutMetricAlarmInput) { in.Period = aws.Int32(10) },
		"from 1 to EvaluationPeriods": func(in *sdk.PutMetricAlarmInput) { in.DatapointsToAlarm = aws.Int32(2) },
		"more than a day":             func(in *sdk.PutMetricAlarmInput) { in.EvaluationPeriods = aws.Int32(1500) },
		"TreatMissingData":            func(in *sdk.PutMetricAlarmInput) { in.TreatMissingData = aws.String("maybe") },
		"comparison operator": func(in *sdk.PutMetricAlarmInput) {
			in.ComparisonOperator = types.ComparisonOperatorLessThanLowerThreshold
		},
		"Statistic is required":                func(in *sdk.PutMetricAlarmInput) { in.Statistic = "" },
		"AlarmName must be shorter":            func(in *sdk.PutMetricAlarmInput) { in.AlarmName = aws.String(strings.Repeat("a", 256)) },
		"aws: are reserved":                    func(in *sdk.PutMetricAlarmInput) { in.Tags[0].Key = aws.String("aws:x") },
		"cannot be given together":             func(in *sdk.PutMetricAlarmInput) { in.ExtendedStatistic = aws.String("p99") },
		"does not have the statistic tm90":     func(in *sdk.PutMetricAlarmInput) { in.Statistic, in.ExtendedStatistic = "", aws.String("tm90") },
		"p0.0 to p100":                         func(in *sdk.PutMetricAlarmInput) { in.Statistic, in.ExtendedStatistic = "", aws.String("p101") },
		"characters that tags cannot have: a!": func(in *sdk.PutMetricAlarmInput) { in.Tags[0].Value = aws.String("a!") },
	} {
		err := put(t, client, change)
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: got %v", text, err)
		}
	}
	_, err := client.PutMetricData(t.Context(), &sdk.PutMetricDataInput{Namespace: aws.String("AWS/Lambda"), MetricData: []types.MetricDatum{{MetricName: aws.String("Errors"), Value: aws.Float64(1)}}})
	wiretest.WantError(t, err, "InvalidParameterValue", "AWS/")
	_, err = client.ListTagsForResource(t.Context(), &sdk.ListTagsForResourceInput{ResourceARN: aws.String("arn:aws:cloudwatch:eu-central-1:000000000000:alarm:none")})
	wiretest.WantCode(t, err, "ResourceNotFoundException")
	if _, err := client.ListDashboards(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "ListDashboards") {
		t.Errorf("got %v", err)
	}
}

func TestTags(t *testing.T) {
	client := sdk.NewFromConfig(newCloud(t).Config(t))
	check(t, put(t, client, nil))
	arn := described(t, client).AlarmArn
	_, err := client.TagResource(t.Context(), &sdk.TagResourceInput{ResourceARN: arn, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}}})
	check(t, err)
	_, err = client.UntagResource(t.Context(), &sdk.UntagResourceInput{ResourceARN: arn, TagKeys: []string{"team"}})
	check(t, err)
	out, err := client.ListTagsForResource(t.Context(), &sdk.ListTagsForResourceInput{ResourceARN: arn})
	check(t, err)
	if len(out.Tags) != 1 || *out.Tags[0].Key != "a" {
		t.Errorf("tags %+v", out.Tags)
	}
}

// TestFormerProtocol speaks the Query protocol, as the AWS provider does.
func TestFormerProtocol(t *testing.T) {
	cloud := newCloud(t)
	client := cloud.Config(t).HTTPClient
	ask := func(form url.Values, answer any) int {
		t.Helper()
		form.Set("Version", "2010-08-01")
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, cloud.Env.Endpoint, strings.NewReader(form.Encode()))
		check(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261127/eu-central-1/monitoring/aws4_request, SignedHeaders=host, Signature=0")
		resp, err := client.Do(req)
		check(t, err)
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		check(t, err)
		check(t, xml.Unmarshal(raw, answer))
		return resp.StatusCode
	}
	var none struct{}
	if status := ask(url.Values{
		"Action": {"PutMetricAlarm"}, "AlarmName": {"a"}, "Namespace": {"Shop"}, "MetricName": {"M"}, "Statistic": {"Sum"}, "Period": {"60"}, "EvaluationPeriods": {"1"},
		"Threshold": {"0.5"}, "ComparisonOperator": {"GreaterThanThreshold"}, "ActionsEnabled": {"true"}, "TreatMissingData": {"missing"},
		"Dimensions.member.1.Name": {"D"}, "Dimensions.member.1.Value": {"v"}, "Tags.member.1.Key": {"k"}, "Tags.member.1.Value": {"v"},
	}, &none); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	var found struct {
		Result struct {
			Alarms []struct {
				AlarmName, StateValue, StateUpdatedTimestamp string
				Threshold                                    float64
				Dimensions                                   []dimension `xml:"Dimensions>member"`
			} `xml:"MetricAlarms>member"`
		} `xml:"DescribeAlarmsResult"`
	}
	ask(url.Values{"Action": {"DescribeAlarms"}, "AlarmNames.member.1": {"a"}, "AlarmTypes.member.1": {"CompositeAlarm"}, "AlarmTypes.member.2": {"MetricAlarm"}}, &found)
	if a := found.Result.Alarms; len(a) != 1 || a[0].AlarmName != "a" || a[0].Threshold != 0.5 || a[0].Dimensions[0] != (dimension{"D", "v"}) || !strings.HasSuffix(a[0].StateUpdatedTimestamp, "Z") {
		t.Errorf("described %+v", found)
	}
	var stats struct {
		Points []struct{ Sum, Timestamp string } `xml:"GetMetricStatisticsResult>Datapoints>member"`
	}
	cloud.Service.Record("AWS/Lambda", "Errors", "Count", 1, "FunctionName", "f")
	now := cloud.Env.Now().UTC()
	ask(url.Values{"Action": {"GetMetricStatistics"}, "Namespace": {"AWS/Lambda"}, "MetricName": {"Errors"}, "Period": {"60"}, "Statistics.member.1": {"Sum"},
		"Dimensions.member.1.Name": {"FunctionName"}, "Dimensions.member.1.Value": {"f"},
		"StartTime": {now.Add(-time.Hour).Format(time.RFC3339)}, "EndTime": {now.Add(time.Minute).Format(time.RFC3339)}}, &stats)
	if len(stats.Points) != 1 || stats.Points[0].Sum != "1" {
		t.Errorf("statistics %+v", stats)
	}
	var refused struct {
		Error struct{ Code, Message string }
	}
	if status := ask(url.Values{"Action": {"PutMetricAlarm"}, "AlarmName": {"a"}, "Metrics.member.1.Id": {"m"}}, &refused); status != http.StatusBadRequest || !strings.Contains(refused.Error.Message, "Metrics.member.1.Id") {
		t.Errorf("got %d %+v", status, refused)
	}
	if ask(url.Values{"Action": {"DeleteAlarms"}, "AlarmNames.member.1": {"none"}}, &refused); refused.Error.Code != "ResourceNotFound" {
		t.Errorf("got %+v", refused)
	}
}
