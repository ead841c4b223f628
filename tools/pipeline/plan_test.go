package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

var held = deploy.Resource{Address: "module.platform.aws_sqs_queue.jobs", Type: "aws_sqs_queue", Name: "shop-local-jobs", Holds: "a queue's messages"}

// TestNoApplyPastTheCheck: whichever way a plan comes to be applied, what it
// destroys must be named or hold nothing, and a failed look is no answer.
func TestNoApplyPastTheCheck(t *testing.T) {
	root := deploy.Root{Name: "platform", Dir: t.TempDir()}
	plans := []deploy.Planned{{Root: root, Changes: true, Lost: []deploy.Resource{held}}}
	broken := errors.New("no answer")
	for name, c := range map[string]struct {
		inspect func(context.Context, deploy.Resource) (bool, string, error)
		refused bool
	}{
		"nobody can tell": {nil, true},
		"messages":        {func(context.Context, deploy.Resource) (bool, string, error) { return false, "it has 2", nil }, true},
		"failed look":     {func(context.Context, deploy.Resource) (bool, string, error) { return true, "", broken }, false},
	} {
		d := &Deployment{Report: progress.Discard(), Inspect: c.inspect}
		err := d.ApplyPlans(t.Context(), plans)
		if c.refused != (err != nil && strings.Contains(err.Error(), diag.DestroyRefused)) || !c.refused && !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	empty := &Deployment{Inspect: func(context.Context, deploy.Resource) (bool, string, error) { return true, "", nil }}
	if err := empty.CheckDestroy(t.Context(), plans...); err != nil {
		t.Errorf("an empty queue: %v", err)
	}
}

func TestPlannedOutputs(t *testing.T) {
	d := &Deployment{
		Project: project.Project{Config: config.Config{Project: "shop"}},
		Env:     config.Environment{Name: "production", Region: "eu-west-1", Account: "123456789012"},
	}
	unknown := map[string]any{"arn": true, "dead_letters": true, "name": true, "url": true}
	platform := deploy.Planned{
		After: []deploy.Resource{
			{Address: "module.platform.aws_sqs_queue.new_mails", Type: "aws_sqs_queue", Name: "shop-production-new-mails"},
			{Address: "module.platform.aws_sqs_queue.new_mails_dlq", Type: "aws_sqs_queue", Name: "shop-production-new-mails-dlq"},
		},
		Outputs: []deploy.Output{
			{Name: "api_id", Unknown: true}, {Name: "api_execution_arn", Unknown: true}, {Name: "database_secret_arn", Unknown: true},
			{Name: "gone", Deleted: true}, {Name: "alarm_topic_arn", Unknown: true},
			{Name: "event_bus", Value: map[string]any{"source": "shop"}, Unknown: map[string]any{"arn": true, "name": true}},
			{Name: "authorizers", Value: map[string]any{"jwt": map[string]any{"id": "z1"}}, Unknown: map[string]any{"partners": map[string]any{"id": true}}},
			{Name: "buckets", Value: map[string]any{}, Unknown: map[string]any{"files": map[string]any{"arn": true, "name": true}}},
			{Name: "secrets", Value: map[string]any{}, Unknown: map[string]any{"crm": map[string]any{"arn": true}}},
			{Name: "queues", Value: map[string]any{"jobs": "as it is"}, Unknown: map[string]any{"new-mails": unknown, "other": unknown}},
		},
	}
	got, err := d.plannedOutputs(map[string][]byte{"gone": []byte(`"x"`), "same": []byte(`"y"`), "queues": []byte(`{}`)}, platform)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"same": "y", "api_id": knownLater,
		"api_execution_arn":   "arn:aws:execute-api:eu-west-1:123456789012:" + knownLater,
		"database_secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:" + knownLater,
		"alarm_topic_arn":     "arn:aws:sns:eu-west-1:123456789012:shop-production-alarms",
		"event_bus": map[string]any{
			"arn": "arn:aws:events:eu-west-1:123456789012:event-bus/shop-production", "name": "shop-production", "source": "shop",
		},
		"authorizers": map[string]any{"jwt": map[string]any{"id": "z1"}, "partners": map[string]any{"id": knownLater}},
		"buckets": map[string]any{"files": map[string]any{
			"arn": "arn:aws:s3:::shop-production-files-123456789012", "name": "shop-production-files-123456789012"}},
		"secrets": map[string]any{"crm": map[string]any{"arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:" + knownLater}},
		"queues": map[string]any{
			"jobs": "as it is",
			"new-mails": map[string]any{
				"arn": "arn:aws:sqs:eu-west-1:123456789012:shop-production-new-mails", "dead_letters": "shop-production-new-mails-dlq",
				"name": "shop-production-new-mails",
				"url":  "https://sqs.eu-west-1.amazonaws.com/123456789012/shop-production-new-mails",
			},
			"other": map[string]any{
				"arn": "arn:aws:sqs:eu-west-1:123456789012:" + knownLater, "dead_letters": knownLater, "name": knownLater, "url": knownLater,
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d.Env.Region = "cn-north-1"
	if arn := d.provisional("queues.new-mails.arn", platform.After); !strings.HasPrefix(arn, "arn:aws-cn:sqs:cn-north-1:") {
		t.Errorf("in another partition: %s", arn)
	}
}

// TestPreview plans an environment that was never applied, with the real
// terraform and no provider: the stack that reads the platform's outputs follows
// it, the other one does not, and nothing is left of the copies.
func TestPreview(t *testing.T) {
	binary, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal(err)
	}
	p := project.Project{Root: t.TempDir(), Config: config.Config{Folders: config.Folders{Terraform: "terraform"}}}
	d := &Deployment{
		Project: p, Env: config.Environment{Name: config.Local, Region: "us-east-1", Account: "000000000000"}, Report: progress.Discard(),
		tf: &deploy.Terraform{Path: binary, Environ: append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull)},
	}
	for name, src := range map[string]string{
		"platform": `
resource "terraform_data" "api" { input = "x" }
output "api_id" { value = terraform_data.api.id }
`,
		"web": `
data "terraform_remote_state" "platform" {
  backend = "local"
  config = { path = "../../../../.seastack/local/terraform/platform.tfstate" }
}
resource "terraform_data" "route" { input = data.terraform_remote_state.platform.outputs.api_id }
`,
		"jobs": `resource "terraform_data" "one" { input = "x" }`,
	} {
		dir := p.EnvRoot(config.Local, name)
		backend := `
terraform {
  backend "local" { path = "../../../../.seastack/local/terraform/` + name + `.tfstate" }
}
`
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "main.gen.tf"), []byte(backend+src), 0o644)); err != nil {
			t.Fatal(err)
		}
		if err := d.tf.Init(t.Context(), d.Root(name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Plan(t.Context(), []string{"web"}, deploy.PlanOptions{}); err == nil {
		t.Error("without the platform's planned outputs there is no plan: the test shows nothing")
	}
	plans := d.Preview(t.Context(), []string{"platform", "jobs", "web"})
	got := map[string]bool{}
	for _, plan := range plans {
		if plan.Err != nil {
			t.Fatal(plan.Err)
		}
		got[plan.Root.Name] = plan.Summary.FollowsPlatform
		if plan.Summary.Add != 1 || plan.Root != d.Root(plan.Root.Name) || plan.Summary.FollowsPlatform && plan.File != "" {
			t.Errorf("%+v", plan)
		}
	}
	if diff := cmp.Diff(map[string]bool{"platform": false, "jobs": false, "web": true}, got); diff != "" {
		t.Errorf("which follow (-want +got):\n%s", diff)
	}
	if raw, err := json.Marshal(plans[2].Creates[0].Values); err != nil || !strings.Contains(string(raw), knownLater) {
		t.Errorf("what AWS has yet to choose is not marked: %s, %v", raw, err)
	}
	left, err := filepath.Glob(p.EnvRoot(config.Local, ".*.provisional"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if only := d.Preview(t.Context(), []string{"web"}); len(only) != 1 || only[0].Err != nil || !only[0].Summary.FollowsPlatform {
		t.Errorf("of one stack: %+v", only)
	}
}

func TestOnLoopback(t *testing.T) {
	for endpoint, want := range map[string]bool{
		"http://127.0.0.1:4566": true, "http://[::1]:4566": true, "": false, "https://sqs.eu-central-1.amazonaws.com": false,
		"http://localhost.example.com": false, "://": false,
	} {
		if got := onLoopback([]string{"AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_ENDPOINT_URL=" + endpoint}); got != want {
			t.Errorf("onLoopback(%q) = %t", endpoint, got)
		}
	}
	if onLoopback(nil) {
		t.Error("AWS is on this machine where nothing says so")
	}
}
