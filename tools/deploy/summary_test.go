package deploy

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
)

// readPlan reads what `terraform show -json` prints of a plan with every kind of change.
func readPlan(t *testing.T) *tfjson.Plan {
	t.Helper()
	raw, err := os.ReadFile("testdata/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	plan := &tfjson.Plan{}
	if err := json.Unmarshal(raw, plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestSummarise(t *testing.T) {
	want := Summary{
		Stack: "web", Add: 2, Change: 3, Destroy: 1, Replace: 2,
		Functions: []FunctionChange{
			{Function: "shop-local-web-a", Action: "update", Code: true},
			{Function: "shop-local-web-b", Action: "create", Code: true},
			{Function: "shop-local-web-c", Action: "delete", Code: true},
			{Function: "shop-local-web-d", Action: "replace", Code: false},
			{Function: "shop-local-web-e", Action: "update", Code: false},
		},
		Triggers: []TriggerChange{{"route", "GET /b", "replace"}},
	}
	got := summarise("web", readPlan(t))
	var resources []string
	for _, c := range got.Resources {
		resources = append(resources, c.String())
	}
	wantResources := []string{
		`replace module.stack.aws_apigatewayv2_route.r: route_key "GET /a" -> "GET /b"`,
		"create module.stack.aws_iam_role.b",
		"update module.stack.aws_lambda_alias.a: function_version",
		`update module.stack.aws_lambda_function.a: source_code_hash "old=" -> "new="`,
		"create module.stack.aws_lambda_function.b",
		"delete module.stack.aws_lambda_function.c",
		"replace module.stack.aws_lambda_function.d",
		"update module.stack.aws_lambda_function.e",
	}
	if diff := cmp.Diff(wantResources, resources); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	got.Resources, got.Policies, got.Drift, got.ChangedOutputs = nil, nil, nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.total() != 10 {
		t.Errorf("an apply makes %d steps, want 10: a replacement is two", got.total())
	}
}

func TestCreates(t *testing.T) {
	want := []Resource{
		{Address: "module.stack.aws_iam_role.b", Type: "aws_iam_role", Values: map[string]any{"name": "shop-local-web-b"}},
		{Address: "module.stack.aws_lambda_function.b", Type: "aws_lambda_function", Values: map[string]any{"function_name": "shop-local-web-b", "source_code_hash": "bbb="}},
	}
	if diff := cmp.Diff(want, creates(readPlan(t))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSummaryOfOutputs(t *testing.T) {
	s := summarise("web", &tfjson.Plan{})
	if !s.Outputs || s.String() != "outputs to change" || s.Done() != "outputs changed" {
		t.Errorf("%+v: %s, %s", s, s, s.Done())
	}
}

func TestSummaryWords(t *testing.T) {
	for _, c := range []struct {
		summary    Summary
		will, done string
	}{
		{Summary{}, "no changes", "no changes"},
		{Summary{Add: 1}, "1 to add", "1 added"},
		{Summary{Change: 2, Destroy: 3}, "2 to change, 3 to destroy", "2 changed, 3 destroyed"},
		{Summary{Add: 1, Change: 2, Replace: 4, Destroy: 3}, "1 to add, 2 to change, 4 to replace, 3 to destroy", "1 added, 2 changed, 4 replaced, 3 destroyed"},
	} {
		if c.summary.String() != c.will || c.summary.Done() != c.done {
			t.Errorf("%+v: %q, %q", c.summary, c.summary, c.summary.Done())
		}
	}
}

func TestProgressText(t *testing.T) {
	for want, got := range map[string]string{
		"aws_sqs_queue.a":     progressText(1, 0, "aws_sqs_queue.a"),
		"1/3 aws_sqs_queue.a": progressText(1, 3, "aws_sqs_queue.a"),
		"3/3 aws_sqs_queue.a": progressText(4, 3, "aws_sqs_queue.a"), // terraform may count more
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
