package lambda_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

// TestListsBoundTheirPages: MaxItems out of range is refused by every list.
func TestListsBoundTheirPages(t *testing.T) {
	c := lambdatest.New(t)
	ctx := t.Context()
	f := aws.String("f")
	c.Create("f", nil)
	lists := map[string]func(n *int32) error{
		"ListFunctions": func(n *int32) error {
			_, err := c.Client.ListFunctions(ctx, &awslambda.ListFunctionsInput{MaxItems: n})
			return err
		},
		"ListVersionsByFunction": func(n *int32) error {
			_, err := c.Client.ListVersionsByFunction(ctx, &awslambda.ListVersionsByFunctionInput{FunctionName: f, MaxItems: n})
			return err
		},
		"ListAliases": func(n *int32) error {
			_, err := c.Client.ListAliases(ctx, &awslambda.ListAliasesInput{FunctionName: f, MaxItems: n})
			return err
		},
		"ListEventSourceMappings": func(n *int32) error {
			_, err := c.Client.ListEventSourceMappings(ctx, &awslambda.ListEventSourceMappingsInput{MaxItems: n})
			return err
		},
	}
	configs := map[string]func(n *int32) error{
		"ListFunctionEventInvokeConfigs": func(n *int32) error {
			_, err := c.Client.ListFunctionEventInvokeConfigs(ctx, &awslambda.ListFunctionEventInvokeConfigsInput{FunctionName: f, MaxItems: n})
			return err
		},
		"ListFunctionUrlConfigs": func(n *int32) error {
			_, err := c.Client.ListFunctionUrlConfigs(ctx, &awslambda.ListFunctionUrlConfigsInput{FunctionName: f, MaxItems: n})
			return err
		},
		"ListProvisionedConcurrencyConfigs": func(n *int32) error {
			_, err := c.Client.ListProvisionedConcurrencyConfigs(ctx, &awslambda.ListProvisionedConcurrencyConfigsInput{FunctionName: f, MaxItems: n})
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
				lambdatest.WantError(t, err, "ValidationException", fmt.Sprintf("Value '%d' at 'maxItems' failed to satisfy constraint", n))
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
	c := lambdatest.New(t)
	out, tags := c.Create("f", nil), map[string]string{"aws:x": "v"}
	_, err := c.Client.TagResource(t.Context(), &awslambda.TagResourceInput{Resource: out.FunctionArn, Tags: tags})
	lambdatest.WantError(t, err, "InvalidParameterValueException", "aws:x")
	q := c.CreateQueue("q", "30")
	_, err = c.Client.CreateEventSourceMapping(t.Context(), &awslambda.CreateEventSourceMappingInput{
		EventSourceArn: &q.ARN, FunctionName: aws.String("f"), Tags: tags,
	})
	lambdatest.WantError(t, err, "InvalidParameterValueException", "aws:x")
}
