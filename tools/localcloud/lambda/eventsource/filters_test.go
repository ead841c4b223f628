package eventsource_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

func criteria(patterns ...string) *types.FilterCriteria {
	c := &types.FilterCriteria{}
	for _, p := range patterns {
		c.Filters = append(c.Filters, types.Filter{Pattern: &p})
	}
	return c
}

// TestFiltersDecideWhatTheFunctionGets: messages that do not pass are deleted
// from the queue, until the criteria are removed.
func TestFiltersDecideWhatTheFunctionGets(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateQueue("q", "30")
	c.Create("f", nil)
	id := connect(c, q, "f", func(in *awslambda.CreateEventSourceMappingInput) {
		in.FilterCriteria = criteria(`{"body":{"kind":["order"],"total":[{"numeric":[">",10]}]}}`)
	})
	large, small, plain := `{"kind":"order","total":11}`, `{"kind":"order","total":10}`, "plain"
	c.Send(q, small, plain, large)
	lambdatest.Eventually(t, "the queue is empty", empty(c, t, q))
	lambdatest.Eventually(t, "one passes", func() bool { return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message "+large) == 1 })
	_, err := c.Client.UpdateEventSourceMapping(t.Context(), &awslambda.UpdateEventSourceMappingInput{UUID: &id, FilterCriteria: criteria()})
	c.Must(err)
	c.Send(q, "later")
	lambdatest.Eventually(t, "all pass", func() bool { return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message later") == 1 })
	if n := lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message "); n != 2 {
		t.Errorf("the function saw %d messages, want 2", n)
	}
}

func TestFilterThatIsNoPatternIsRefused(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateQueue("q", "30")
	c.Create("f", nil)
	for pattern, code := range map[string]string{
		`{"body":"order"}`: "InvalidParameterValueException", `{`: "InvalidParameterValueException",
		`{"body":["` + strings.Repeat("x", 4096) + `"]}`: "ValidationException",
	} {
		_, err := c.Client.CreateEventSourceMapping(t.Context(), &awslambda.CreateEventSourceMappingInput{
			EventSourceArn: &q.ARN, FunctionName: aws.String("f"), FilterCriteria: criteria(pattern),
		})
		lambdatest.WantError(t, err, code, "")
	}
}

// TestMappingWhoseQueueIsGone shows its problem, and works when the queue is back.
func TestMappingWhoseQueueIsGone(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateQueue("q", "30")
	c.Create("f", nil)
	id := connect(c, q, "f", nil)
	result := func() string {
		out, err := c.Client.GetEventSourceMapping(t.Context(), &awslambda.GetEventSourceMappingInput{UUID: &id})
		c.Must(err)
		return aws.ToString(out.LastProcessingResult)
	}
	_, err := c.SQS.DeleteQueue(t.Context(), &awssqs.DeleteQueueInput{QueueUrl: &q.URL})
	c.Must(err)
	lambdatest.Eventually(t, "the problem is shown", func() bool {
		return strings.HasPrefix(result(), "PROBLEM: ") && strings.Contains(result(), "The specified queue does not exist.")
	})
	q = c.CreateQueue("q", "30")
	c.Send(q, "back")
	lambdatest.Eventually(t, "it works again", func() bool {
		return result() == "" && lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message back") == 1
	})
}
