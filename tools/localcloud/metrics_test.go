package localcloud_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// TestAlarmOfAFunction: a function that fails sets off an alarm on its alias, and is
// measured by version as well.
func TestAlarmOfAFunction(t *testing.T) {
	cloud := cloudtest.Start(t)
	awsCLI(t, cloud, "iam create-role --role-name web --assume-role-policy-document", lambdaTrust)
	awsCLI(t, cloud, "lambda create-function --function-name web --runtime provided.al2023 --handler bootstrap --timeout 20 --publish "+
		"--environment Variables={QUEUE=http://127.0.0.1:1/none} --role arn:aws:iam::000000000000:role/web --zip-file", wrapperZip(t))
	awsCLI(t, cloud, "lambda wait function-active-v2 --function-name web")
	awsCLI(t, cloud, "lambda create-alias --function-name web --name live --function-version 1")
	awsCLI(t, cloud, "cloudwatch put-metric-alarm --alarm-name web-errors --namespace AWS/Lambda --metric-name Errors --statistic Sum --period 60 "+
		"--evaluation-periods 1 --threshold 1 --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching "+
		"--dimensions Name=FunctionName,Value=web Name=Resource,Value=web:live")
	state := func(want string) {
		t.Helper()
		var got string
		for end := time.Now().Add(30 * time.Second); time.Now().Before(end) && got != want; {
			got = awsCLI(t, cloud, "cloudwatch describe-alarms --alarm-names web-errors --query MetricAlarms[0].StateValue --output text")
		}
		if got != want {
			t.Fatalf("the alarm is %s, want %s", got, want)
		}
	}
	state("OK")
	out := awsCLI(t, cloud, "lambda invoke --function-name web:live --payload {} "+t.TempDir()+"/out")
	if !strings.Contains(out, "Unhandled") {
		t.Fatalf("it does not fail: %s", out)
	}
	state("ALARM")
	now := time.Now().UTC()
	sum := awsCLI(t, cloud, "cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name Errors --period 3600 --statistics Sum "+
		"--dimensions Name=FunctionName,Value=web Name=Resource,Value=web:live Name=ExecutedVersion,Value=1 --query sum(Datapoints[].Sum) --output text "+
		"--start-time "+now.Add(-time.Hour).Format(time.RFC3339)+" --end-time "+now.Add(time.Hour).Format(time.RFC3339))
	if strings.TrimSuffix(sum, ".0") != "1" {
		t.Errorf("the version has failed %s times", sum)
	}
	metrics := awsCLI(t, cloud, "cloudwatch list-metrics --namespace AWS/Lambda --query Metrics[].MetricName --output text")
	for _, name := range []string{"Duration", "Errors", "Invocations", "Throttles"} {
		if strings.Count(metrics, name) != 4 { // for each set of dimensions
			t.Errorf("%s is not measured: %s", name, metrics)
		}
	}
}

// TestAlarmOfAQueue: a message that waits sets off an alarm on its queue.
func TestAlarmOfAQueue(t *testing.T) {
	cloud := cloudtest.Start(t)
	url := strings.TrimSpace(awsCLI(t, cloud, "sqs create-queue --queue-name dead --query QueueUrl --output text"))
	for name, metric := range map[string]string{"waiting": "ApproximateNumberOfMessagesVisible", "old": "ApproximateAgeOfOldestMessage"} {
		awsCLI(t, cloud, "cloudwatch put-metric-alarm --alarm-name "+name+" --namespace AWS/SQS --metric-name "+metric+" --statistic Maximum --period 60 "+
			"--evaluation-periods 1 --threshold 1 --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching "+
			"--dimensions Name=QueueName,Value=dead")
	}
	awsCLI(t, cloud, "sqs send-message --queue-url "+url+" --message-body x")
	var on string
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end) && on != "2"; {
		on = strings.TrimSpace(awsCLI(t, cloud, "cloudwatch describe-alarms --state-value ALARM --query length(MetricAlarms) --output text"))
	}
	if on != "2" {
		t.Errorf("%s alarms are on, want 2", on)
	}
}

// TestMetricsInLogs: a log line in the embedded metric format is a value of a metric.
func TestMetricsInLogs(t *testing.T) {
	cloud := cloudtest.Start(t)
	awsCLI(t, cloud, "logs create-log-group --log-group-name g")
	awsCLI(t, cloud, "logs create-log-stream --log-group-name g --log-stream-name s")
	now := time.Now().UTC()
	line, err := json.Marshal(`{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Shop","Dimensions":[["Stack"]],` +
		`"Metrics":[{"Name":"Orders","Unit":"Count"}]}]},"Stack":"web","Orders":[2,3]}`)
	check(t, err)
	file := filepath.Join(t.TempDir(), "events.json")
	check(t, os.WriteFile(file, []byte(fmt.Sprintf(`[{"timestamp":%d,"message":%s}]`, now.UnixMilli(), line)), 0o600))
	awsCLI(t, cloud, "logs put-log-events --log-group-name g --log-stream-name s --log-events file://"+file)
	sum := awsCLI(t, cloud, "cloudwatch get-metric-statistics --namespace Shop --metric-name Orders --period 3600 --statistics Sum "+
		"--dimensions Name=Stack,Value=web --query sum(Datapoints[].Sum) --output text "+
		"--start-time "+now.Add(-time.Hour).Format(time.RFC3339)+" --end-time "+now.Add(time.Hour).Format(time.RFC3339))
	if strings.TrimSuffix(strings.TrimSpace(sum), ".0") != "5" {
		t.Errorf("the sum is %s", sum)
	}
}
