package eventsource_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

// handled returns the messages that function f has handled, in their order.
func handled(c *lambdatest.Cloud) (bodies []string) {
	for _, line := range c.Logs.Lines("/aws/lambda/f") {
		if body, ok := strings.CutPrefix(line, "message "); ok {
			bodies = append(bodies, strings.TrimSpace(body))
		}
	}
	return bodies
}

func handles(c *lambdatest.Cloud, want ...string) func() bool {
	return func() bool { return slices.Equal(handled(c), want) }
}

func partial(in *awslambda.CreateEventSourceMappingInput) {
	in.FunctionResponseTypes = []types.FunctionResponseType{types.FunctionResponseTypeReportBatchItemFailures}
}

// TestGroupKeepsItsOrderAfterAFailure: the failed message and those behind it
// come again, in order.
func TestGroupKeepsItsOrderAfterAFailure(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateFIFO("q.fifo", "3", nil)
	c.Create("f", nil)
	c.SendTo(q, "a", "a1", "fail once", "a3", "a4")
	connect(c, q, "f", partial)
	lambdatest.Eventually(t, "all are handled", empty(c, t, q))
	lambdatest.Eventually(t, "the order is kept", handles(c, "a1", "fail once", "fail once", "a3", "a4"))
	if n := c.Starts("f"); n != 2 {
		t.Errorf("%d invocations, want 2", n)
	}
}

// TestGroupsDoNotBlockOneAnother: while one group hangs, another is handled.
func TestGroupsDoNotBlockOneAnother(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateFIFO("q.fifo", "900", nil)
	c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(60) })
	connect(c, q, "f", nil)
	c.SendTo(q, "a", "hang once", "a2")
	lambdatest.Eventually(t, "one hangs", func() bool { return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message hang once") == 1 })
	c.SendTo(q, "a", "a3")
	c.SendTo(q, "b", "b1", "b2")
	lambdatest.Eventually(t, "the other group is handled", func() bool {
		return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message b") == 2
	})
	if n := lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message a"); n != 0 {
		t.Errorf("%d messages of the group that hangs were handled", n)
	}
}

// TestPoisonMessageLeavesItsGroup: after its receives it is in the dead-letter
// queue, and the group goes on.
func TestPoisonMessageLeavesItsGroup(t *testing.T) {
	c := lambdatest.New(t)
	dead := c.CreateFIFO("dead.fifo", "30", nil)
	q := c.CreateFIFO("q.fifo", "3", &dead)
	c.Create("f", nil)
	c.SendTo(q, "a", "fail all", "a2")
	connect(c, q, "f", func(in *awslambda.CreateEventSourceMappingInput) { in.BatchSize = aws.Int32(1) })
	lambdatest.Eventually(t, "the queue is empty", empty(c, t, q))
	lambdatest.Eventually(t, "the group went on", handles(c, "fail all", "fail all", "a2"))
	if m := c.Receive(dead); *m.Body != "fail all" {
		t.Errorf("the dead letter is %q", *m.Body)
	}
}

func TestMappingsOfFIFOQueuesAreRefused(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateFIFO("q.fifo", "30", nil)
	c.Create("f", nil)
	create := func(size, window int32) error {
		_, err := c.Client.CreateEventSourceMapping(t.Context(), &awslambda.CreateEventSourceMappingInput{
			EventSourceArn: &q.ARN, FunctionName: aws.String("f"), BatchSize: &size, MaximumBatchingWindowInSeconds: &window,
		})
		return err
	}
	const code, text = "InvalidParameterValueException", "Batching window is not supported for FIFO queues"
	lambdatest.WantError(t, create(10, 1), code, text)
	lambdatest.WantError(t, create(100, 5), code, text)
	lambdatest.WantError(t, create(11, 0), code, "Maximum batch window in seconds must be greater than 0")
	id := connect(c, q, "f", func(in *awslambda.CreateEventSourceMappingInput) {
		in.BatchSize, in.MaximumBatchingWindowInSeconds = aws.Int32(10), aws.Int32(0)
	})
	_, err := c.Client.UpdateEventSourceMapping(t.Context(), &awslambda.UpdateEventSourceMappingInput{
		UUID: &id, MaximumBatchingWindowInSeconds: aws.Int32(1),
	})
	lambdatest.WantError(t, err, code, text)
}
