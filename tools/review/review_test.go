package review

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
)

var update = flag.Bool("update", false, "write the wanted files in testdata")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); run with -update and review the diff:\n%s", name, diff)
	}
}

// sample is a report with one of everything.
func sample(t *testing.T) Report {
	t.Helper()
	mask, err := NewMask([]string{`internal-[0-9]+`})
	if err != nil {
		t.Fatal(err)
	}
	one, two := strings.Repeat("1a", 32), strings.Repeat("2b", 32)
	web := deploy.NewSummary("web")
	web.Add, web.Change, web.Destroy, web.Replace = 1, 2, 1, 1
	web.Functions = []deploy.FunctionChange{
		{Function: "shop-live-web-orders-create", Action: "update", Code: true, Before: one, After: two},
		{Function: "shop-live-web-orders-list", Action: "update", Before: one, After: one},
	}
	web.Triggers = []deploy.TriggerChange{{Trigger: "route", Name: "GET /orders|all", Action: "create"}}
	web.Resources = []deploy.ResourceChange{
		{Address: "module.stack.aws_apigatewayv2_route.get_orders", Type: "aws_apigatewayv2_route", Action: "create", Name: "GET /orders"},
		{Address: "module.stack.aws_lambda_function.orders_create", Type: "aws_lambda_function", Action: "update", Attributes: []deploy.AttributeChange{
			{Attribute: "memory_size", Before: 256.0, After: 512.0},
			{Attribute: "environment[0].variables.MODE", Before: "planted-variable", After: "planted-other"},
			{Attribute: "description", Before: "postgres://app:planted-password@db/shop", After: "see internal-42"},
			{Attribute: "api_key", Before: "planted-key", After: "planted-key-2"},
		}},
		{Address: "module.stack.aws_s3_bucket.uploads", Type: "aws_s3_bucket", Action: "replace", Holds: "a bucket's objects",
			Attributes: []deploy.AttributeChange{{Attribute: "bucket", Before: "a", After: "b", Forces: true}}},
		{Address: "module.stack.aws_cloudwatch_log_group.old", Type: "aws_cloudwatch_log_group", Action: "delete"},
	}
	web.Policies = []deploy.PolicyChange{{Address: "module.stack.module.orders_create.aws_iam_role_policy.this",
		Added:   []deploy.Statement{{Effect: "Allow", Actions: []string{"sqs:SendMessage"}, Resources: []string{"arn:aws:sqs:eu-west-1:1:shop-live-jobs"}}},
		Removed: []deploy.Statement{{Effect: "Allow", Actions: []string{"s3:GetObject"}, Resources: []string{"*"}}}}}
	web.Drift = []deploy.ResourceChange{{Address: "module.stack.aws_lambda_function.orders_list", Action: "update",
		Attributes: []deploy.AttributeChange{{Attribute: "timeout", Before: 10.0, After: 60.0}}}}
	web.ChangedOutputs = []string{"functions"}
	proven := deploy.NewSummary("reports")
	proven.Proven = true
	failed := diag.Diagnostic{Code: diag.TerraformFailed, File: "terraform/stacks/jobs/extra.tf", Line: 3, Message: "terraform plan of jobs failed",
		Details: []string{"Error: Unsupported argument", "  on extra.tf line 3: token = \"ghp_" + strings.Repeat("x", 36) + "\"", "```"}, Next: "fix what Terraform reports"}
	planned := func(s deploy.Summary, changes bool) Planned {
		return Planned{Planned: deploy.Planned{Root: deploy.Root{Name: s.Stack}, Changes: changes, Summary: s}, Sizes: map[string]int64{one: 5_000_000, two: 5_012_300}}
	}
	jobs := planned(deploy.NewSummary("jobs"), false)
	jobs.Err = errors.Join(failed)
	head := Report{
		Project: "shop", Environment: "live", Commit: strings.Repeat("c0ffee", 7)[:40], Base: strings.Repeat("ba5e", 10),
		Time: time.Date(2026, 11, 27, 8, 30, 0, 0, time.UTC), From: "staging", Migrations: []string{"00007_orders.sql"},
	}
	affected := change.Affected{
		Functions: []change.Function{{Stack: "web", Function: "orders-create", Kind: change.Code, Why: "core/services/orders/orders.go changed"}},
		Stacks:    []change.Stack{{Stack: "web", Why: "terraform/stacks/web/uploads.tf changed"}},
	}
	changed := planned(web, true)
	changed.Budget = 5_010_000
	changed.Canaries = map[string]string{"orders-create": "canary: 10% of the requests for 10m0s"}
	return New(head, []Planned{planned(deploy.NewSummary("platform"), false), jobs, planned(proven, false), changed}, affected, mask)
}

func TestRenderings(t *testing.T) {
	r := sample(t)
	golden(t, "comment.md", r.Markdown(Comment{Limit: GitHubLimit, Page: "https://example.com/report"}))
	html, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "page.html", string(html))
}

func TestHeadline(t *testing.T) {
	root := func(s Status) Root { return Root{Status: s} }
	for want, roots := range map[string][]Root{
		"1 of 3 stacks change; 2 proven unchanged":                                 {root(Changes), root(Proven), root(Proven)},
		"0 of 1 stack changes; 1 planned and unchanged":                            {root(Unchanged)},
		"1 of 4 stacks change; 1 failed to plan; 1 proven and 1 planned unchanged": {root(Changes), root(Failed), root(Proven), root(Unchanged)},
	} {
		if got := (Report{Roots: roots}).Headline(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestNoSecretInAnyOutput: what is planted in a plan is in none of the renderings.
func TestNoSecretInAnyOutput(t *testing.T) {
	for name, text := range renderings(t, sample(t)) {
		for _, secret := range []string{"planted", "internal-42", "ghp_xxx"} {
			if strings.Contains(text, secret) {
				t.Errorf("the %s has %q", name, secret)
			}
		}
	}
}

func renderings(t *testing.T, r Report) map[string]string {
	t.Helper()
	html, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"page": string(html), "comment": r.Markdown(Comment{Limit: GitHubLimit}), "JSON": string(raw)}
}

func TestMaskedTexts(t *testing.T) {
	mask, err := NewMask(nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"postgres://app:hunter2@db:5432/x":        "postgres://app:***@db:5432/x",
		"arn:aws:sqs:eu-west-1:123456789012:jobs": "arn:aws:sqs:eu-west-1:123456789012:jobs",
		"key AKIAABCDEFGHIJKLMNOP end":            "key *** end",
		"GET /orders/{id}":                        "GET /orders/{id}",
		"https://example.com/a@b":                 "https://example.com/a@b",
	} {
		if got := mask.Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if _, err := NewMask([]string{"("}); err == nil {
		t.Error("a pattern that is none is taken")
	}
}

// TestCommentsFit: whatever is in a report, the comment is within the limit, says
// what is destroyed first, and says what it leaves out.
func TestCommentsFit(t *testing.T) {
	r := sample(t)
	web := r.Roots[3]
	for i := range 100 {
		root := web
		root.Name = fmt.Sprintf("stack%d", i)
		root.Why = strings.Repeat("long ", 400)
		root.Summary.Resources = append(root.Summary.Resources[:len(root.Summary.Resources):len(root.Summary.Resources)], deploy.ResourceChange{
			Address: "module.stack.aws_sqs_queue.lost", Action: "delete", Holds: "a queue's messages"})
		r.Roots = append(r.Roots, root)
	}
	for _, limit := range []int{GitHubLimit, 20_000, 6_000} {
		got := r.Markdown(Comment{Limit: limit})
		if len(got) > limit {
			t.Errorf("%d bytes, limit %d", len(got), limit)
		}
		if first := strings.Index(got, "which holds a queue"); first < 0 || first > 1000 {
			t.Errorf("limit %d: what is destroyed is at %d", limit, first)
		}
		if !strings.Contains(got, "here**") && !strings.Contains(got, "do not fit here") {
			t.Errorf("limit %d: it does not say that something is left out:\n%s", limit, got)
		}
	}
	full := r.Markdown(Comment{Limit: GitHubLimit})
	for i := range 100 {
		if !strings.Contains(full, fmt.Sprintf("**stack%d**", i)) && !strings.Contains(full, fmt.Sprintf("<b>stack%d</b>", i)) {
			t.Errorf("stack%d is not named", i)
		}
	}
}

// TestTextIsNoMarkup: names and values cannot end a code span, a cell or a
// section, nor mention anybody.
func TestTextIsNoMarkup(t *testing.T) {
	for text, want := range map[string]string{
		"a`b":       "`` a`b ``",
		"a\nb":      "`a b`",
		"``":        "``` `` ```",
		"":          "",
		"<b>@all|x": "`<b>@all|x`",
	} {
		if got := code(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	if got := cell("a|b"); got != "`a\\|b`" {
		t.Error(got)
	}
}
