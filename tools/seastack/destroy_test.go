package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// TestApprovalIsNoLeaveToDestroy: --auto-approve does not destroy what holds data.
func TestApprovalIsNoLeaveToDestroy(t *testing.T) {
	const address = "module.platform.aws_sqs_queue.jobs"
	planned := []deploy.Planned{{
		Root: deploy.Root{Name: pipeline.Platform}, Changes: true,
		Lost: []deploy.Resource{{Address: address, Type: "aws_sqs_queue", Name: "shop-production-jobs", Holds: "a queue's messages"}},
	}}
	d := &pipeline.Deployment{Env: config.Environment{Name: "production"}, Report: progress.Discard()}
	a := &app{stderr: &bytes.Buffer{}, stdin: strings.NewReader("yes\n")}
	for _, approved := range []bool{true, false} {
		err := a.applyPlans(t.Context(), d, d.Report, planned, approved)
		if ds := diag.In(err); len(ds) != 1 || ds[0].Code != diag.DestroyRefused || !strings.HasSuffix(ds[0].Next, "--allow-destroy "+address) {
			t.Errorf("approved %t: %v", approved, err)
		}
	}
	for _, name := range []string{address, "shop-production-jobs"} {
		d.AllowDestroy = []string{name}
		if err := d.CheckDestroy(t.Context(), planned...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAskNamesWhatGoes: the question shows the address of all that is destroyed
// or replaced.
func TestAskNamesWhatGoes(t *testing.T) {
	var stderr bytes.Buffer
	a := &app{stderr: &stderr, stdin: strings.NewReader("no\n")}
	s := deploy.Summary{Stack: "web", Change: 1, Destroy: 1, Replace: 1, Resources: []deploy.ResourceChange{
		{Address: "module.stack.a.changed", Action: "update"}, {Address: "module.stack.b.goes", Action: "delete"},
		{Address: "module.stack.c.made_anew", Action: "replace", Attributes: []deploy.AttributeChange{{Attribute: "name", Before: "x", After: "y", Forces: true}}},
	}}
	r := progress.New(&stderr, func(string) string { return "" })
	if err := a.ask(r, "production", []deploy.Planned{{Root: deploy.Root{Name: "web"}, Summary: s}}); err == nil {
		t.Error("a no is taken for a yes")
	}
	for _, want := range []string{"delete module.stack.b.goes", `replace module.stack.c.made_anew: name "x" -> "y" (forces replacement)`} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, stderr.String())
		}
	}
	if strings.Contains(stderr.String(), "a.changed") {
		t.Errorf("it names what stays:\n%s", stderr.String())
	}
}

// TestAllowDestroyCompletes: the shell completes --allow-destroy with what holds
// data or an address.
func TestAllowDestroyCompletes(t *testing.T) {
	c, err := config.Parse(nil, "example.com/shop")
	if err != nil {
		t.Fatal(err)
	}
	p := project.Project{Root: t.TempDir(), Module: "example.com/shop", Config: c}
	writeTestFile(t, filepath.Join(p.Root, "go.mod"), "module example.com/shop\n")
	if err := os.MkdirAll(p.Local("terraform"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeTestFile(t, p.Local("terraform", "platform.tfstate"),
		`{"resources": [{"mode": "managed", "module": "module.platform", "type": "aws_sqs_queue", "name": "jobs", "instances": [{}]}]}`)
	want := "module.platform.aws_sqs_queue.jobs"
	var stdout, stderr bytes.Buffer
	if code := run([]string{"seastack", "__complete", "-C", p.Root, "up", "--allow-destroy", ""}, nil, &stdout, &stderr); code != 0 || !strings.HasPrefix(stdout.String(), want+"\n") {
		t.Errorf("completion: %d\n%s%s", code, stdout.String(), stderr.String())
	}
}
