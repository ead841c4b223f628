package local

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/local/cloudprocess"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// stopped returns an environment that nothing runs in, with the states of a
// platform that has an API and a queue, and of a stack that has a function.
func stopped(t *testing.T) *Environment {
	t.Helper()
	c, err := config.Parse(nil, "example.com/shop")
	if err != nil {
		t.Fatal(err)
	}
	p := project.Project{Root: t.TempDir(), Module: "example.com/shop", Config: c}
	if err := os.MkdirAll(p.Local("terraform"), 0o755); err != nil {
		t.Fatal(err)
	}
	for root, state := range map[string]string{
		"platform": `{"outputs": {"api_endpoint": {"value": "http://api"}}, "resources": [
			{"mode": "managed", "module": "module.platform", "type": "aws_sqs_queue", "name": "jobs", "instances": [{}]}]}`,
		"web": `{"outputs": {"functions": {"value": {"list": {}, "create": {}}}}}`,
	} {
		if err := os.WriteFile(p.Local("terraform", root+".tfstate"), []byte(state), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return &Environment{project: p, config: c.Environments[0], cloud: cloudprocess.Cloud{Dir: p.Local("cloud"), Port: 4567}}
}

// TestDownKeepsTheData: without a purge the states stay, and with one they go and
// what they held is named.
func TestDownKeepsTheData(t *testing.T) {
	e := stopped(t)
	state := e.project.Local("terraform", "platform.tfstate")
	got, err := e.Down(t.Context(), progress.Discard(), false)
	if diff := cmp.Diff(Stopped{Stopped: []string{}, Lost: []string{}}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := os.Stat(state); err != nil {
		t.Error(err)
	}
	got, err = e.Down(t.Context(), progress.Discard(), true)
	want := Stopped{Stopped: []string{}, Purged: true, Lost: []string{"module.platform.aws_sqs_queue.jobs"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := os.Stat(filepath.Dir(state)); !os.IsNotExist(err) {
		t.Errorf("the purge leaves the states: %v", err)
	}
}

// TestStatusWhereNothingRuns: what is deployed is known without a process, and what
// should run and does not is named.
func TestStatusWhereNothingRuns(t *testing.T) {
	e := stopped(t)
	web := model.Stack{Name: "web", Functions: []model.Function{{
		Name: "list", Trigger: model.Trigger{Kind: model.HTTPTrigger}, Grants: []model.Grant{{Kind: model.DatabaseGrant}},
	}}}
	got, err := e.status(model.Model{Project: "shop", Stacks: []model.Stack{web, {Name: "jobs"}}})
	want := Status{
		API: "http://api", Endpoint: "http://127.0.0.1:4567", Dashboard: "http://127.0.0.1:4567/_localcloud/",
		Processes: []ProcessStatus{}, Stopped: []string{"localcloud", "postgres"},
		Stacks: []StackStatus{{Stack: "web", Functions: []string{"create", "list"}, URL: "http://api"}, {Stack: "jobs", Functions: []string{}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	e.foreign, e.databaseURL = "http://aws", "postgres://elsewhere"
	got, err = e.status(model.Model{Project: "shop", Stacks: []model.Stack{web}})
	if err != nil || got.Endpoint != e.foreign || got.Dashboard != "" || got.Database != e.databaseURL || len(got.Stopped) > 0 {
		t.Errorf("with AWS and a database of somebody else's: %+v, %v", got, err)
	}
}
