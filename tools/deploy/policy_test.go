package deploy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
)

func TestPolicies(t *testing.T) {
	grants := func(statements string) map[string]any {
		return map[string]any{"policy": `{"Version":"2012-10-17","Statement":` + statements + `}`}
	}
	change := func(address, kind string, actions tfjson.Actions, before, after map[string]any) *tfjson.ResourceChange {
		c := &tfjson.ResourceChange{Address: address, Type: kind, Mode: tfjson.ManagedResourceMode, Change: &tfjson.Change{Actions: actions}}
		if before != nil {
			c.Change.Before = before
		}
		if after != nil {
			c.Change.After = after
		}
		return c
	}
	logs := `{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":"arn:logs"}`
	send := `{"Sid":"Send","Effect":"Allow","Action":["sqs:SendMessage","sqs:GetQueueUrl"],"Resource":["arn:q"]}`
	unknown := change("unknown", "aws_iam_role_policy", tfjson.Actions{tfjson.ActionCreate}, nil, map[string]any{})
	unknown.Change.AfterUnknown = map[string]any{"policy": true}
	hidden := change("hidden", "aws_sqs_queue_policy", tfjson.Actions{tfjson.ActionUpdate}, grants("["+logs+"]"), grants("[]"))
	hidden.Change.AfterSensitive = map[string]any{"policy": true}
	plan := &tfjson.Plan{ResourceChanges: []*tfjson.ResourceChange{
		change("gains", "aws_iam_role_policy", tfjson.Actions{tfjson.ActionUpdate}, grants("["+logs+"]"), grants("["+send+","+logs+"]")),
		change("reordered", "aws_iam_role_policy", tfjson.Actions{tfjson.ActionUpdate}, grants("["+logs+","+send+"]"), grants("["+send+","+logs+"]")),
		change("one", "aws_iam_policy", tfjson.Actions{tfjson.ActionDelete}, grants(`{"Effect":"Deny","NotAction":"s3:*","NotResource":"*","Principal":{"AWS":["b","a"]},"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`), nil),
		change("trust", "aws_iam_role", tfjson.Actions{tfjson.ActionCreate}, nil, map[string]any{"assume_role_policy": `{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}`}),
		change("invoke", "aws_lambda_permission", tfjson.Actions{tfjson.ActionCreate}, nil, map[string]any{
			"principal": "apigateway.amazonaws.com", "action": "lambda:InvokeFunction", "function_name": "f", "source_arn": "arn:api/*"}),
		change("attached", "aws_iam_role_policy_attachment", tfjson.Actions{tfjson.ActionCreate}, nil, map[string]any{"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
		change("kept", "aws_iam_role_policy", tfjson.Actions{tfjson.ActionNoop}, grants("["+logs+"]"), grants("["+logs+"]")),
		unknown, hidden,
	}}
	got := map[string][]string{}
	for _, c := range policies(plan) {
		var lines []string
		for _, s := range c.Added {
			lines = append(lines, "+ "+s.String())
		}
		for _, s := range c.Removed {
			lines = append(lines, "- "+s.String())
		}
		if c.Unknown {
			lines = append(lines, "unknown")
		}
		if c.Sensitive {
			lines = append(lines, "sensitive")
		}
		got[c.Address] = lines
	}
	want := map[string][]string{
		"gains":    {"+ Allow sqs:GetQueueUrl, sqs:SendMessage on arn:q"},
		"one":      {`- Deny AWS: a, AWS: b all but s3:* on all but * if {"Bool":{"aws:SecureTransport":"false"}}`},
		"trust":    {"+ Allow Service: lambda.amazonaws.com sts:AssumeRole"},
		"invoke":   {`+ Allow apigateway.amazonaws.com lambda:InvokeFunction on f if {"ArnLike":{"AWS:SourceArn":"arn:api/*"}}`},
		"attached": {"+ Allow what arn:aws:iam::aws:policy/AdministratorAccess allows"},
		"unknown":  {"unknown"},
		"hidden":   {"sensitive"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
