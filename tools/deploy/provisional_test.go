package deploy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
)

func TestChangedOutputs(t *testing.T) {
	var plan tfjson.Plan
	err := json.Unmarshal([]byte(`{"format_version": "1.2", "output_changes": {
		"same": {"actions": ["no-op"], "before": "a", "after": "a", "after_unknown": false},
		"gone": {"actions": ["delete"], "before": "a", "after": null, "after_unknown": false},
		"queues": {"actions": ["update"],
			"before": {"jobs": {"arn": "arn:jobs", "url": "u"}},
			"after": {"jobs": {"arn": "arn:jobs", "url": "u"}, "mails": {}},
			"after_unknown": {"jobs": {}, "mails": {"arn": true, "url": true}}},
		"list": {"actions": ["create"], "before": null, "after": ["a"], "after_unknown": [false, true]},
		"id": {"actions": ["create"], "before": null, "after_unknown": true}}}`), &plan)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for _, o := range changedOutputs(&plan) {
		got[o.Name] = o.Fill(func(path string) string { return "<" + path + ">" })
		if o.Deleted != (o.Name == "gone") {
			t.Errorf("%s: deleted is %v", o.Name, o.Deleted)
		}
	}
	want := map[string]any{
		"gone": nil, "id": "<id>", "list": []any{"a", "<list[1]>"},
		"queues": map[string]any{
			"jobs":  map[string]any{"arn": "arn:jobs", "url": "u"},
			"mails": map[string]any{"arn": "<queues.mails.arn>", "url": "<queues.mails.url>"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestProvisional plans a root whose other root has no state yet, with the real
// terraform: as it stands it cannot be planned; the copy can, and the root and
// its state are as they were.
func TestProvisional(t *testing.T) {
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal(err)
	}
	env := t.TempDir()
	root := Root{Name: "web", Dir: filepath.Join(env, "envs", "local", "web")}
	writeFile(t, filepath.Join(env, "stacks", "web", "main.tf"), `
variable "queues" { type = object({ mails = object({ arn = string, size = number, on = bool }) }) }
resource "terraform_data" "one" { input = var.queues.mails.arn }
`)
	writeFile(t, filepath.Join(root.Dir, "main.tf"), `
terraform {
  backend "local" { path = "../../../web.tfstate" }
}
data "terraform_remote_state" "platform" {
  backend = "local"
  config = { path = "../../../platform.tfstate" }
}
module "stack" {
  source = "../../../stacks/web"
  queues = data.terraform_remote_state.platform.outputs.queues
}
`)
	terraform := &Terraform{Path: path, Environ: append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull)}
	if err := terraform.Init(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	nothing := func(string) {}
	if _, err := terraform.Plan(t.Context(), root, PlanOptions{}, nothing); err == nil {
		t.Fatal("a root is planned without the state that it reads")
	}
	if reads, err := Reads(root, "platform"); err != nil || !cmp.Equal(reads, []string{"queues"}) {
		t.Errorf("Reads = %v, %v", reads, err)
	}
	if reads, err := Reads(root, "other"); err != nil || len(reads) > 0 {
		t.Errorf("Reads of another root = %v, %v", reads, err)
	}
	queues := map[string]any{"mails": map[string]any{"arn": "arn:mails", "size": 3.0, "on": true}}
	copied, remove, err := Provisional(root, "platform", map[string]any{"queues": queues, "list": []any{"a", nil}})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := terraform.Plan(t.Context(), copied, PlanOptions{}, nothing)
	if err != nil || plan.Summary.Add != 1 {
		t.Fatalf("%+v, %v", plan.Summary, err)
	}
	if got := plan.Creates[0].Values["input"]; got != "arn:mails" {
		t.Errorf("the stack is planned with %v", got)
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]bool{
		copied.Dir: false, filepath.Join(root.Dir, ".terraform", "modules", "modules.json"): true,
		filepath.Join(root.Dir, "provisional_override.tf"): false, filepath.Join(env, "web.tfstate"): false,
	} {
		if _, err := os.Stat(file); (err == nil) != want {
			t.Errorf("%s: %v", file, err)
		}
	}
}
