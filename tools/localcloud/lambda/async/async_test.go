package async_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/async"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

func TestMain(m *testing.M) { os.Exit(lambdatest.Main(m)) }

func TestEventsAreRetriedTwiceAndThenGivenUp(t *testing.T) {
	c := lambdatest.New(t, lambda.AsyncRetryDelays(time.Millisecond, 2*time.Millisecond))
	dead, failed := c.CreateQueue("dead", "30"), c.CreateQueue("failed", "30")
	c.Create("f", func(in *awslambda.CreateFunctionInput) {
		in.DeadLetterConfig = &types.DeadLetterConfig{TargetArn: aws.String(dead.ARN)}
	})
	_, err := c.Client.PutFunctionEventInvokeConfig(t.Context(), &awslambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), DestinationConfig: &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: aws.String(failed.ARN)}},
	})
	c.Must(err)
	c.InvokeAsync("f", `{"Do":"fail","Text":"no luck"}`)
	m := c.Receive(dead)
	if aws.ToString(m.Body) != `{"Do":"fail","Text":"no luck"}` || aws.ToString(m.MessageAttributes["ErrorMessage"].StringValue) != "no luck" {
		t.Errorf("dead letter %s %v", aws.ToString(m.Body), m.MessageAttributes)
	}
	var record async.Record
	c.Must(json.Unmarshal([]byte(aws.ToString(c.Receive(failed).Body)), &record))
	if r := record.RequestContext; r.Condition != "RetriesExhausted" || r.Count != 3 || !strings.HasSuffix(r.FunctionARN, ":function:f:$LATEST") {
		t.Errorf("record %+v", r)
	}
	if record.ResponseContext.FunctionError != "Unhandled" || !strings.Contains(string(record.ResponsePayload), "no luck") {
		t.Errorf("record %+v %s", record.ResponseContext, record.ResponsePayload)
	}
	lambdatest.Eventually(t, "three attempts are in the log", func() bool { return c.Starts("f") == 3 })
	if n := c.Events(); n != 0 {
		t.Errorf("%d events are left", n)
	}
}

func TestEventThatSucceedsGoesToItsDestination(t *testing.T) {
	c := lambdatest.New(t)
	done := c.CreateQueue("done", "30")
	c.Create("f", nil)
	_, err := c.Client.PutFunctionEventInvokeConfig(t.Context(), &awslambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), MaximumRetryAttempts: aws.Int32(0),
		DestinationConfig: &types.DestinationConfig{OnSuccess: &types.OnSuccess{Destination: aws.String(done.ARN)}},
	})
	c.Must(err)
	c.InvokeAsync("f", `{"Text":"fine"}`)
	var record async.Record
	c.Must(json.Unmarshal([]byte(aws.ToString(c.Receive(done).Body)), &record))
	if record.RequestContext.Condition != "Success" || record.RequestContext.Count != 1 || !strings.Contains(string(record.ResponsePayload), `"fine"`) {
		t.Errorf("record %+v %s", record.RequestContext, record.ResponsePayload)
	}
	got, err := c.Client.GetFunctionEventInvokeConfig(t.Context(), &awslambda.GetFunctionEventInvokeConfigInput{FunctionName: aws.String("f")})
	c.Must(err)
	if *got.MaximumRetryAttempts != 0 || aws.ToString(got.DestinationConfig.OnSuccess.Destination) != done.ARN || got.LastModified == nil {
		t.Errorf("config %+v", got)
	}
	_, err = c.Client.DeleteFunctionEventInvokeConfig(t.Context(), &awslambda.DeleteFunctionEventInvokeConfigInput{FunctionName: aws.String("f")})
	c.Must(err)
	_, err = c.Client.GetFunctionEventInvokeConfig(t.Context(), &awslambda.GetFunctionEventInvokeConfigInput{FunctionName: aws.String("f")})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "function:f:$LATEST doesn't have an EventInvokeConfig")
}

func TestEventsSurviveARestart(t *testing.T) {
	c := lambdatest.New(t, lambda.AsyncRetryDelays(time.Hour))
	c.Create("waits", nil)
	c.InvokeAsync("waits", `{"Do":"fail"}`)
	lambdatest.Eventually(t, "the first attempt has failed", func() bool { return c.Starts("waits") == 1 })
	c.Create("runs", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(30) })
	c.InvokeAsync("runs", `{"Do":"sleep","N":20000}`)
	lambdatest.Eventually(t, "it runs", func() bool { return c.Starts("runs") == 1 })
	c.Stop()
	c.Start()
	lambdatest.Eventually(t, "what was interrupted runs again", func() bool { return c.Starts("runs") == 2 })
	if n := c.Events(); n != 2 {
		t.Errorf("%d events are stored, want both", n)
	}
	if n := c.Starts("waits"); n != 1 {
		t.Errorf("the one that waits for its retry ran %d times", n)
	}
	_, err := c.Client.DeleteFunction(t.Context(), &awslambda.DeleteFunctionInput{FunctionName: aws.String("waits")})
	c.Must(err)
	if n := c.Events(); n != 1 {
		t.Errorf("%d events are stored after their function's deletion, want 1", n)
	}
}

func TestThrottledEventsWait(t *testing.T) {
	c := lambdatest.New(t, lambda.ThrottleDelay(5*time.Millisecond))
	c.Create("f", nil)
	_, err := c.Client.PutFunctionConcurrency(t.Context(), &awslambda.PutFunctionConcurrencyInput{FunctionName: aws.String("f"), ReservedConcurrentExecutions: aws.Int32(1)})
	c.Must(err)
	for range 5 {
		c.InvokeAsync("f", `{"Do":"sleep","N":30}`)
	}
	lambdatest.Eventually(t, "all have run", func() bool { return c.Starts("f") == 5 && c.Events() == 0 })
	if n := c.Service.Instances(); n != 1 {
		t.Errorf("%d instances for a reservation of one", n)
	}
}

func TestDestinationsNeedTheRight(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateQueue("q", "30")
	c.Create("f", nil)
	c.Rights.Deny("sqs:SendMessage")
	_, err := c.Client.UpdateFunctionConfiguration(t.Context(), &awslambda.UpdateFunctionConfigurationInput{
		FunctionName: aws.String("f"), DeadLetterConfig: &types.DeadLetterConfig{TargetArn: aws.String(q.ARN)},
	})
	lambdatest.WantError(t, err, "InvalidParameterValueException", "The provided execution role does not have permissions to call SendMessage on SQS")
	_, err = c.Client.PutFunctionEventInvokeConfig(t.Context(), &awslambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), DestinationConfig: &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: aws.String(q.ARN)}},
	})
	lambdatest.WantError(t, err, "InvalidParameterValueException", "does not have permissions to call SendMessage on "+q.ARN)
	_, err = c.Client.PutFunctionEventInvokeConfig(t.Context(), &awslambda.PutFunctionEventInvokeConfigInput{FunctionName: aws.String("f"), MaximumRetryAttempts: aws.Int32(3)})
	lambdatest.WantError(t, err, "ValidationException", "Value '3' at 'maximumRetryAttempts'")
}

// TestFIFOQueueIsNoDestination: neither a destination nor a dead-letter queue.
func TestFIFOQueueIsNoDestination(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateFIFO("q.fifo", "30", nil)
	c.Create("f", nil)
	_, err := c.Client.PutFunctionEventInvokeConfig(t.Context(), &awslambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), DestinationConfig: &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: &q.ARN}},
	})
	lambdatest.WantError(t, err, "InvalidParameterValueException", "FIFO")
	_, err = c.Client.UpdateFunctionConfiguration(t.Context(), &awslambda.UpdateFunctionConfigurationInput{
		FunctionName: aws.String("f"), DeadLetterConfig: &types.DeadLetterConfig{TargetArn: &q.ARN},
	})
	lambdatest.WantError(t, err, "InvalidParameterValueException", "FIFO")
}
