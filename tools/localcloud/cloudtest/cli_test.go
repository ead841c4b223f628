package cloudtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCLICommand(t *testing.T) {
	argv, env := cliCommand("http://127.0.0.1:1", "eu-west-1", []string{"PATH=/bin", "AWS_PROFILE=mine"}, []string{"sts", "get-caller-identity"})
	want := []string{"aws", "--endpoint-url", "http://127.0.0.1:1", "--output", "json", "sts", "get-caller-identity"}
	if d := cmp.Diff(want, argv); d != "" {
		t.Errorf("argv (-want +got):\n%s", d)
	}
	if !slices.Contains(env, "PATH=/bin") || !slices.Contains(env, "AWS_REGION=eu-west-1") {
		t.Errorf("env lacks PATH or the region: %q", env)
	}
	if slices.Contains(env, "AWS_PROFILE=mine") {
		t.Error("the user's own AWS_PROFILE reaches the CLI")
	}
}

// outcome records how a test ends, and goes on.
type outcome struct {
	testing.TB
	ends []string
}

func (*outcome) Helper()        {}
func (o *outcome) Fatal(...any) { o.ends = append(o.ends, "fails") }
func (o *outcome) Skip(...any)  { o.ends = append(o.ends, "is skipped") }

func TestWithoutCLI(t *testing.T) {
	for ci, want := range map[string]string{"": "is skipped", "true": "fails"} {
		var o outcome
		if withoutCLI(&o, ci); len(o.ends) == 0 || o.ends[0] != want {
			t.Errorf("CI=%q: the test %q, want it %s", ci, o.ends, want)
		}
	}
}

func TestCLITalksToTheCloud(t *testing.T) {
	out := CLI(t, Start(t), "sts", "get-caller-identity")
	if !strings.Contains(out, "arn:aws:iam::000000000000:root") {
		t.Errorf("get-caller-identity:\n%s", out)
	}
}
