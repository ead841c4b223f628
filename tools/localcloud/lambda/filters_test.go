package lambda

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
)

func criteria(patterns ...string) *types.FilterCriteria {
	c := &types.FilterCriteria{}
	for _, p := range patterns {
		c.Filters = append(c.Filters, types.Filter{Pattern: &p})
	}
	return c
}

// TestFiltersDecideWhatTheFunctionGets: what does not pass is deleted from the
// queue and never seen, until the criteria are taken away.
func TestFiltersDecideWhatTheFunctionGets(t *testing.T) {
	c := newCloud(t)
	q := c.createQueue("q", "30")
	c.create("f", nil)
	id := c.connect(q, "f", func(in *awslambda.CreateEventSourceMappingInput) {
		in.FilterCriteria = criteria(`{"body":{"kind":["order"],"total":[{"numeric":[">",10]}]}}`)
	})
	large, small, plain := `{"kind":"order","total":11}`, `{"kind":"order","total":10}`, "plain"
	c.send(q, small, plain, large)
	eventually(t, "the queue is empty", c.empty(t, q))
	eventually(t, "one passes", func() bool { return count(c.logs.lines("/aws/lambda/f"), "message "+large) == 1 })
	_, err := c.client.UpdateEventSourceMapping(t.Context(), &awslambda.UpdateEventSourceMappingInput{UUID: &id, FilterCriteria: criteria()})
	c.must(err)
	c.send(q, "later")
	eventually(t, "all pass", func() bool { return count(c.logs.lines("/aws/lambda/f"), "message later") == 1 })
	if n := count(c.logs.lines("/aws/lambda/f"), "message "); n != 2 {
		t.Errorf("the function saw %d messages, want 2", n)
	}
}

func TestFilterThatIsNoPatternIsRefused(t *testing.T) {
	c := newCloud(t)
	q := c.createQueue("q", "30")
	c.create("f", nil)
	for pattern, code := range map[string]string{
		`{"body":"order"}`: "InvalidParameterValueException", `{`: "InvalidParameterValueException",
		`{"body":["` + strings.Repeat("x", 4096) + `"]}`: "ValidationException",
	} {
		_, err := c.client.CreateEventSourceMapping(t.Context(), &awslambda.CreateEventSourceMappingInput{
			EventSourceArn: &q.arn, FunctionName: aws.String("f"), FilterCriteria: criteria(pattern),
		})
		wantError(t, err, code, "")
	}
}

// TestMappingWhoseQueueIsGone shows its problem, and works when the queue is back.
func TestMappingWhoseQueueIsGone(t *testing.T) {
	c := newCloud(t)
	q := c.createQueue("q", "30")
	c.create("f", nil)
	id := c.connect(q, "f", nil)
	result := func() string {
		out, err := c.client.GetEventSourceMapping(t.Context(), &awslambda.GetEventSourceMappingInput{UUID: &id})
		c.must(err)
		return aws.ToString(out.LastProcessingResult)
	}
	_, err := c.sqs.DeleteQueue(t.Context(), &awssqs.DeleteQueueInput{QueueUrl: &q.url})
	c.must(err)
	eventually(t, "the problem is shown", func() bool {
		return strings.HasPrefix(result(), "PROBLEM: ") && strings.Contains(result(), "The specified queue does not exist.")
	})
	q = c.createQueue("q", "30")
	c.send(q, "back")
	eventually(t, "it works again", func() bool { return result() == "" && count(c.logs.lines("/aws/lambda/f"), "message back") == 1 })
}

// TestListsBoundTheirPages: MaxItems out of range is refused by every list.
func TestListsBoundTheirPages(t *testing.T) {
	c := newCloud(t)
	ctx := t.Context()
	f := aws.String("f")
	c.create("f", nil)
	lists := map[string]func(n *int32) error{
		"ListFunctions": func(n *int32) error {
			_, err := c.client.ListFunctions(ctx, &awslambda.ListFunctionsInput{MaxItems: n})
			return err
		},
		"ListVersionsByFunction": func(n *int32) error {
			_, err := c.client.ListVersionsByFunction(ctx, &awslambda.ListVersionsByFunctionInput{FunctionName: f, MaxItems: n})
			return err
		},
		"ListAliases": func(n *int32) error {
			_, err := c.client.ListAliases(ctx, &awslambda.ListAliasesInput{FunctionName: f, MaxItems: n})
			return err
		},
		"ListEventSourceMappings": func(n *int32) error {
			_, err := c.client.ListEventSourceMappings(ctx, &awslambda.ListEventSourceMappingsInput{MaxItems: n})
			return err
		},
	}
	configs := map[string]func(n *int32) error{
		"ListFunctionEventInvokeConfigs": func(n *int32) error {
			_, err := c.client.ListFunctionEventInvokeConfigs(ctx, &awslambda.ListFunctionEventInvokeConfigsInput{FunctionName: f, MaxItems: n})
			return err
		},
		"ListFunctionUrlConfigs": func(n *int32) error {
			_, err := c.client.ListFunctionUrlConfigs(ctx, &awslambda.ListFunctionUrlConfigsInput{FunctionName: f, MaxItems: n})
			return err
		},
		"ListProvisionedConcurrencyConfigs": func(n *int32) error {
			_, err := c.client.ListProvisionedConcurrencyConfigs(ctx, &awslambda.ListProvisionedConcurrencyConfigsInput{FunctionName: f, MaxItems: n})
			return err
		},
	}
	check := func(lists map[string]func(*int32) error, most int32) {
		for name, list := range lists {
			for _, n := range []int32{0, most + 1} {
				err := list(&n)
				if err == nil {
					t.Errorf("%s takes MaxItems %d", name, n)
					continue
				}
				wantError(t, err, "ValidationException", fmt.Sprintf("Value '%d' at 'maxItems' failed to satisfy constraint", n))
			}
			if err := list(&most); err != nil {
				t.Errorf("%s refuses MaxItems %d: %v", name, most, err)
			}
		}
	}
	check(lists, 10000)
	check(configs, 50)
}

func TestReservedTagsAreRefused(t *testing.T) {
	c := newCloud(t)
	out, tags := c.create("f", nil), map[string]string{"aws:x": "v"}
	_, err := c.client.TagResource(t.Context(), &awslambda.TagResourceInput{Resource: out.FunctionArn, Tags: tags})
	wantError(t, err, "InvalidParameterValueException", "aws:x")
	q := c.createQueue("q", "30")
	_, err = c.client.CreateEventSourceMapping(t.Context(), &awslambda.CreateEventSourceMappingInput{
		EventSourceArn: &q.arn, FunctionName: aws.String("f"), Tags: tags,
	})
	wantError(t, err, "InvalidParameterValueException", "aws:x")
}
