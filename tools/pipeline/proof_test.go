package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// deployed returns a deployment whose stack web is as its last apply left it.
func deployed(t *testing.T) *Deployment {
	t.Helper()
	c, err := config.Parse(nil, "example.com/shop")
	if err != nil {
		t.Fatal(err)
	}
	env, err := c.Environment(config.Local)
	if err != nil {
		t.Fatal(err)
	}
	d := &Deployment{
		Project: project.Project{Root: t.TempDir(), Module: "example.com/shop", Config: c}, Env: env, Report: progress.Discard(),
		Identity: func(context.Context) (string, error) { return "one", nil }, version: "1.11.4",
	}
	writeFile(t, filepath.Join(d.Root("web").Dir, "main.tf"), "locals {}\n")
	writeFile(t, d.Project.StateFile("web"), `{"serial": 1}`)
	writeFile(t, d.Project.StateFile(Platform), `{"outputs": {"api_id": {"value": "a"}}}`)
	record(t, d)
	return d
}

// record records what an apply would.
func record(t *testing.T, d *Deployment) {
	t.Helper()
	inputs, _, err := d.proven(t.Context(), "web")
	if err != nil || inputs == "" {
		t.Fatalf("inputs %q, %v", inputs, err)
	}
	records, err := Records(t.Context(), d.Project, d.Env)
	if err != nil {
		t.Fatal(err)
	}
	proof := d.proof(t.Context(), deploy.Planned{Root: d.Root("web"), Inputs: inputs})
	if err := change.WriteRecord(t.Context(), records, change.Record{Root: "web", Proof: proof}); err != nil {
		t.Fatal(err)
	}
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestWhatIsProven: a root is skipped when nothing that decides its plan has
// changed since its last apply, and asked about in every other case.
func TestWhatIsProven(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*testing.T, *Deployment)
		proven bool
	}{
		"nothing": {func(*testing.T, *Deployment) {}, true},
		"another output changes nothing that there was": {func(t *testing.T, d *Deployment) {
			writeFile(t, d.Project.StateFile(Platform), `{"serial": 7, "outputs": {"api_id": {"value": "a"}}}`)
		}, true},
		"asked for all": {func(_ *testing.T, d *Deployment) { d.All = true }, false},
		"a file": {func(t *testing.T, d *Deployment) {
			writeFile(t, filepath.Join(d.Root("web").Dir, "main.tf"), "locals { }\n")
		}, false},
		"a zip": {func(t *testing.T, d *Deployment) {
			writeFile(t, filepath.Join(d.Root("web").Dir, "artifacts.json"), "{}")
		}, false},
		"the state": {func(t *testing.T, d *Deployment) { writeFile(t, d.Project.StateFile("web"), `{"serial": 2}`) }, false},
		"no state":  {func(t *testing.T, d *Deployment) { remove(t, d.Project.StateFile("web")) }, false},
		"the platform's output": {func(t *testing.T, d *Deployment) {
			writeFile(t, d.Project.StateFile(Platform), `{"outputs": {"api_id": {"value": "b"}}}`)
		}, false},
		"the platform is no JSON": {func(t *testing.T, d *Deployment) { writeFile(t, d.Project.StateFile(Platform), `{`) }, false},
		"a lost cloud": {func(_ *testing.T, d *Deployment) {
			d.Identity = func(context.Context) (string, error) { return "two", nil }
		}, false},
		"an unknown cloud":  {func(_ *testing.T, d *Deployment) { d.Identity = nil }, false},
		"another terraform": {func(_ *testing.T, d *Deployment) { d.version = "1.12.0" }, false},
		"a variable":        {func(_ *testing.T, d *Deployment) { d.Environ = []string{"TF_VAR_size=3"} }, false},
		"a killed apply":    {func(t *testing.T, d *Deployment) { writeFile(t, marker(d.Root("web")), "") }, false},
		"no record":         {func(t *testing.T, d *Deployment) { remove(t, recordFile(d)) }, false},
		"half a record":     {func(t *testing.T, d *Deployment) { writeFile(t, recordFile(d), "\x1f\x8b") }, false},
		"data from outside": {func(t *testing.T, d *Deployment) {
			writeFile(t, filepath.Join(d.Root("web").Dir, "main.tf"), "data \"aws_ssm_parameter\" \"p\" {}\n")
		}, false},
	} {
		d := deployed(t)
		c.change(t, d)
		if _, proven, err := d.proven(t.Context(), "web"); err != nil || proven != c.proven {
			t.Errorf("%s: proven %t, %v; want %t", name, proven, err, c.proven)
		}
	}
}

func TestAnIdentityThatCannotBeAskedFor(t *testing.T) {
	d := deployed(t)
	broken := errors.New("no credentials")
	d.Identity = func(context.Context) (string, error) { return "", broken }
	if _, _, err := d.proven(t.Context(), "web"); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func recordFile(d *Deployment) string {
	return filepath.Join(filepath.Dir(d.Project.StateFile("web")), "web.deployed.json.gz")
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
