package lambda

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

func (c *cloud) invokeAsync(name, event string) {
	c.t.Helper()
	out, err := c.client.Invoke(c.t.Context(), &awslambda.InvokeInput{
		FunctionName: aws.String(name), Payload: []byte(event), InvocationType: types.InvocationTypeEvent,
	})
	c.must(err)
	if out.StatusCode != 202 || len(out.Payload) > 0 {
		c.t.Errorf("status %d, payload %q", out.StatusCode, out.Payload)
	}
}

// starts counts the invocations in a function's log.
func (c *cloud) starts(name string) int {
	return count(c.logs.lines("/aws/lambda/"+name), "START RequestId")
}

func count(lines []string, prefix string) (n int) {
	for _, l := range lines {
		if strings.HasPrefix(l, prefix) {
			n++
		}
	}
	return n
}

func (c *cloud) events() int {
	all, err := c.service.events.List("")
	c.must(err)
	return len(all)
}

func TestEventsAreRetriedTwiceAndThenBuried(t *testing.T) {
	c := newCloud(t, AsyncRetryDelays(time.Millisecond, 2*time.Millisecond))
	dead, failed := c.createQueue("dead", "30"), c.createQueue("failed", "30")
	c.create("f", func(in *awslambda.CreateFunctionInput) {
		in.DeadLetterConfig = &types.DeadLetterConfig{TargetArn: aws.String(dead.arn)}
	})
	_, err := c.client.PutFunctionEventInvokeConfig(t.Context(), &awslambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), DestinationConfig: &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: aws.String(failed.arn)}},
	})
	c.must(err)
	c.invokeAsync("f", `{"Do":"fail","Text":"no luck"}`)
	m := c.receive(dead)
	if aws.ToString(m.Body) != `{"Do":"fail","Text":"no luck"}` || aws.ToString(m.MessageAttributes["ErrorMessage"].StringValue) != "no luck" {
		t.Errorf("dead letter %s %v", aws.ToString(m.Body), m.MessageAttributes)
	}
	var record invocationRecord
	c.must(json.Unmarshal([]byte(aws.ToString(c.receive(failed).Body)), &record))
	if r := record.RequestContext; r.Condition != "RetriesExhausted" || r.Count != 3 || !strings.HasSuffix(r.FunctionARN, ":function:f:$LATEST") {
		t.Errorf("record %+v", r)
	}
	if record.ResponseContext.FunctionError != "Unhandled" || !strings.Contains(string(record.ResponsePayload), "no luck") {
		t.Errorf("record %+v %s", record.ResponseContext, record.ResponsePayload)
	}
	eventually(t, "three attempts are in the log", func() bool { return c.starts("f") == 3 })
	if n := c.events(); n != 0 {
		t.Errorf("%d events are left", n)
	}
}

func TestEventThatSucceedsGoesToItsDestination(t *testing.T) {
	c := newCloud(t)
	done := c.createQueue("done", "30")
	c.create("f", nil)
	_, err := c.client.PutFunctionEventInvokeConfig(t.Context(), &awslambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), MaximumRetryAttempts: aws.Int32(0),
		DestinationConfig: &types.DestinationConfig{OnSuccess: &types.OnSuccess{Destination: aws.String(done.arn)}},
	})
	c.must(err)
	c.invokeAsync("f", `{"Text":"fine"}`)
	var record invocationRecord
	c.must(json.Unmarshal([]byte(aws.ToString(c.receive(done).Body)), &record))
	if record.RequestContext.Condition != "Success" || record.RequestContext.Count != 1 || !strings.Contains(string(record.ResponsePayload), `"fine"`) {
		t.Errorf("record %+v %s", record.RequestContext, record.ResponsePayload)
	}
	got, err := c.client.GetFunctionEventInvokeConfig(t.Context(), &awslambda.GetFunctionEventInvokeConfigInput{FunctionName: aws.String("f")})
	c.must(err)
	if *got.MaximumRetryAttempts != 0 || aws.ToString(got.DestinationConfig.OnSuccess.Destination) != done.arn || got.LastModified == nil {
		t.Errorf("config %+v", got)
	}
	_, err = c.client.DeleteFunctionEventInvokeConfig(t.Context(), &awslambda.DeleteFunctionEventInvokeConfigInput{FunctionName: aws.String("f")})
	c.must(err)
	_, err = c.client.GetFunctionEventInvokeConfig(t.Context(), &awslambda.GetFunctionEventInvokeConfigInput{FunctionName: aws.String("f")})
	wantError(t, err, "ResourceNotFoundException", "function:f:$LATEST doesn't have an EventInvokeConfig")
}

func TestEventsSurviveARestart(t *testing.T) {
	c := newCloud(t, AsyncRetryDelays(time.Hour))
	c.create("waits", nil)
	c.invokeAsync("waits", `{"Do":"fail"}`)
	eventually(t, "the first attempt has failed", func() bool { return c.starts("waits") == 1 })
	c.create("runs", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(30) })
	c.invokeAsync("runs", `{"Do":"sleep","N":20000}`)
	eventually(t, "it runs", func() bool { return c.starts("runs") == 1 })
	c.stop()
	c.start()
	eventually(t, "what was interrupted runs again", func() bool { return c.starts("runs") == 2 })
	if n := c.events(); n != 2 {
		t.Errorf("%d events are stored, want both", n)
	}
	if n := c.starts("waits"); n != 1 {
		t.Errorf("the one that waits for its retry ran %d times", n)
	}
	_, err := c.client.DeleteFunction(t.Context(), &awslambda.DeleteFunctionInput{FunctionName: aws.String("waits")})
	c.must(err)
	if n := c.events(); n != 1 {
		t.Errorf("%d events are stored after their function's deletion, want 1", n)
	}
}

func TestThrottledEventsWait(t *testing.T) {
	c := newCloud(t, ThrottleDelay(5*time.Millisecond))
	c.create("f", nil)
	_, err := c.client.PutFunctionConcurrency(t.Context(), &awslambda.PutFunctionConcurrencyInput{FunctionName: aws.String("f"), ReservedConcurrentExecutions: aws.Int32(1)})
	c.must(err)
	for range 5 {
		c.invokeAsync("f", `{"Do":"sleep","N":30}`)
	}
	eventually(t, "all have run", func() bool { return c.starts("f") == 5 && c.events() == 0 })
	if n := c.service.fleet.Instances(); n != 1 {
		t.Errorf("%d instances for a reservation of one", n)
	}
}

func TestDestinationsNeedTheRight(t *testing.T) {
	c := newCloud(t)
	q := c.createQueue("q", "30")
	c.create("f", nil)
	c.rights.deny("sqs:SendMessage")
	_, err := c.client.UpdateFunctionConfiguration(t.Context(), &awslambda.UpdateFunctionConfigurationInput{
		FunctionName: aws.String("f"), DeadLetterConfig: &types.DeadLetterConfig{TargetArn: aws.String(q.arn)},
	})
	wantError(t, err, "InvalidParameterValueException", "The provided execution role does not have permissions to call SendMessage on SQS")
	_, err = c.client.PutFunctionEventInvokeConfig(t.Context(), &awslambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), DestinationConfig: &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: aws.String(q.arn)}},
	})
	wantError(t, err, "InvalidParameterValueException", "does not have permissions to call SendMessage on "+q.arn)
	_, err = c.client.PutFunctionEventInvokeConfig(t.Context(), &awslambda.PutFunctionEventInvokeConfigInput{FunctionName: aws.String("f"), MaximumRetryAttempts: aws.Int32(3)})
	wantError(t, err, "ValidationException", "Value '3' at 'maximumRetryAttempts'")
}

func TestBackoffDoublesUpToFiveMinutes(t *testing.T) {
	var got []time.Duration
	for n := 1; n <= 10; n++ {
		got = append(got, backoff(time.Second, n))
	}
	want := []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9, 32e9, 64e9, 128e9, 256e9, 300e9}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
