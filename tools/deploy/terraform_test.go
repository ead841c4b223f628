package deploy

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-exec/tfexec"
)

func TestEnv(t *testing.T) {
	terraform := Terraform{
		Environ: []string{
			"PATH=/bin", "AWS_ENDPOINT_URL=http://127.0.0.1:4566", "EMPTY=", "EQUALS=a=b", "AGAIN=1", "AGAIN=2",
			"TF_CLI_CONFIG_FILE=/home/me/.terraformrc", "TF_INPUT=1", "TF_IN_AUTOMATION=1", "TF_LOG=TRACE", "TF_LOG_PATH=/tmp/x",
			"TF_CLI_ARGS=-destroy", "TF_CLI_ARGS_plan=-refresh=false", "TF_WORKSPACE=other", "TF_VAR_b=2", "TF_VAR_a=1=1",
			"TF_REATTACH_PROVIDERS={}", "TF_DATA_DIR=/elsewhere",
		},
		CLIConfig: "/cache/terraform.rc", PluginCache: "/cache/plugins",
	}
	want := map[string]string{
		"CHECKPOINT_DISABLE": "1", "PATH": "/bin", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "EMPTY": "", "EQUALS": "a=b", "AGAIN": "2",
		"TF_CLI_CONFIG_FILE": "/cache/terraform.rc", "TF_PLUGIN_CACHE_DIR": "/cache/plugins",
	}
	got := terraform.env()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if prohibited := tfexec.ProhibitedEnv(got); len(prohibited) > 0 {
		t.Errorf("terraform-exec refuses %v", prohibited)
	}
	if diff := cmp.Diff([]string{"a=1=1", "b=2"}, terraform.vars()); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

func TestEnvKeepsTheUsersConfigurationWithoutAMirror(t *testing.T) {
	terraform := Terraform{Environ: []string{"TF_CLI_CONFIG_FILE=/home/me/.terraformrc"}}
	if got := terraform.env(); got["TF_CLI_CONFIG_FILE"] != "/home/me/.terraformrc" || len(got) != 2 {
		t.Errorf("got %v", got)
	}
}

// TestCommands runs a program that records how it is called, in terraform's place.
func TestCommands(t *testing.T) {
	dir := t.TempDir()
	calls := filepath.Join(dir, "calls")
	program := filepath.Join(dir, "terraform")
	script := "#!/bin/sh\necho \"$@\" >>" + calls + "\ncase $1 in version) echo '{\"terraform_version\":\"1.11.4\"}';; esac\n"
	if err := os.WriteFile(program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	root := Root{Name: "web", Dir: filepath.Join(dir, "web")}
	if err := os.MkdirAll(root.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	terraform := &Terraform{Path: program, Environ: []string{"TF_VAR_size=2"}}
	nothing := func(string) {}
	plan, err := terraform.Plan(t.Context(), root, PlanOptions{Destroy: true, Lock: "60s"}, nothing)
	if err != nil || plan.Changes || plan.Summary.String() != "no changes" {
		t.Fatalf("%+v, %v", plan, err)
	}
	if err := terraform.Apply(t.Context(), plan, nothing); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root.Dir, ".terraform", "seastack.tfplan")
	want := "version -json\n" + // once
		"plan -no-color -input=false -detailed-exitcode -lock-timeout=60s -out=" + file + " -lock=true -parallelism=32 -refresh=true -destroy -var size=2 -json\n" +
		"apply -no-color -auto-approve -input=false -lock=true -parallelism=32 -refresh=true -json " + file + "\n"
	got, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestKnownVersion runs commands by the launcher, which does not ask the program in
// terraform's place for its version.
func TestKnownVersion(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Jane's programs")
	root := Root{Name: "web", Dir: filepath.Join(dir, "web")}
	if err := os.MkdirAll(root.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	program, calls := filepath.Join(dir, "terraform"), filepath.Join(dir, "calls")
	script := "#!/bin/sh\necho \"$1 $(basename \"$0\")\" >>../calls\n"
	if err := os.WriteFile(program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	terraform := &Terraform{Path: program, Version: "1.11.4"}
	if plan, err := terraform.Plan(t.Context(), root, PlanOptions{}, func(string) {}); err != nil || plan.Changes {
		t.Fatalf("%+v, %v", plan, err)
	}
	if got, err := os.ReadFile(calls); err != nil || string(got) != "plan terraform\n" {
		t.Errorf("calls %q, %v", got, err)
	}
	terraform = &Terraform{Path: program, Version: "0.11.0"}
	if _, err := terraform.Plan(t.Context(), root, PlanOptions{}, func(string) {}); err == nil {
		t.Error("terraform-exec takes a version that cannot plan as JSON")
	}
}

// TestRealTerraform plans, applies and reads outputs with the terraform on PATH,
// in a root that needs no provider.
func TestRealTerraform(t *testing.T) {
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal(err)
	}
	root := Root{Name: "web", Dir: t.TempDir()}
	writeFile(t, filepath.Join(root.Dir, "main.tf"), `
variable "size" { type = number }
resource "terraform_data" "one" { input = var.size }
output "size" { value = terraform_data.one.output }
`)
	terraform := &Terraform{Path: path, Version: "1.11.4", Environ: append(os.Environ(), "TF_VAR_size=3", "TF_CLI_CONFIG_FILE="+os.DevNull)}
	if err := terraform.Init(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	var told []string
	tell := func(s string) { told = append(told, s) }
	plan, err := terraform.Plan(t.Context(), root, PlanOptions{}, tell)
	if err != nil || plan.Summary.String() != "1 to add" || len(plan.Creates) != 1 || plan.Creates[0].Address != "terraform_data.one" {
		t.Fatalf("%+v, %v", plan, err)
	}
	if err := terraform.Apply(t.Context(), plan, tell); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1/1 terraform_data.one"}, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	state, err := os.ReadFile(filepath.Join(root.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	outputs, err := StateOutputs(state)
	if err != nil || string(outputs["size"]) != "3" {
		t.Errorf("outputs %s, %v", outputs["size"], err)
	}
	if again, err := terraform.Plan(t.Context(), root, PlanOptions{}, tell); err != nil || again.Changes {
		t.Errorf("a second plan: %+v, %v", again, err)
	}
	terraform.Environ = append(terraform.Environ, "TF_VAR_size=many")
	if _, err := terraform.Plan(t.Context(), root, PlanOptions{}, tell); err == nil {
		t.Error("a number that is none is planned")
	}
}

func TestDecoderTakesPartsOfLines(t *testing.T) {
	const stream = `{"type":"version","@message":"Terraform 1.11.4"}
Warning: this line is no JSON
{"no":"type"}
{"type":"apply_complete","hook":{"resource":{"addr":"aws_sqs_queue.a","resource_type":"aws_sqs_queue"},"action":"create"}}
{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Oh","detail":"no"}}
{"type":"change_summary"`
	want := []string{"version", "apply_complete", "diagnostic"}
	for size := 1; size <= len(stream); size += 7 {
		var types []string
		var last event
		d := &decoder{handle: func(e event) {
			types = append(types, e.Type)
			if e.Type == "apply_complete" {
				last = e
			}
		}}
		for rest := []byte(stream); len(rest) > 0; {
			part := rest[:min(size, len(rest))]
			if n, err := d.Write(part); n != len(part) || err != nil {
				t.Fatalf("wrote %d of %d: %v", n, len(part), err)
			}
			rest = rest[len(part):]
		}
		if diff := cmp.Diff(want, types); diff != "" || last.Hook.Resource.Addr != "aws_sqs_queue.a" {
			t.Fatalf("in parts of %d: %+v (-want +got):\n%s", size, last, diff)
		}
	}
}

func TestFailure(t *testing.T) {
	root := Root{Name: "web", Dir: "/shop/terraform/envs/local/web"}
	var ds []diagnostic
	if err := json.Unmarshal([]byte(`[
		{"severity":"warning","summary":"Deprecated"},
		{"severity":"error","summary":"Error creating queue","detail":"QueueAlreadyExists:\n\n  it is there  \n","address":"module.stack.aws_sqs_queue.a",
		 "range":{"filename":"main.gen.tf","start":{"line":3,"column":5}}},
		{"severity":"error","summary":"execution halted"}]`), &ds); err != nil {
		t.Fatal(err)
	}
	want := `SEA6001: terraform apply of web: Error creating queue
    with module.stack.aws_sqs_queue.a
    QueueAlreadyExists:
      it is there
    at main.gen.tf:3:5 in /shop/terraform/envs/local/web
    next: fix what Terraform reports and run the command again; nothing is lost
SEA6001: terraform apply of web: execution halted
    next: fix what Terraform reports and run the command again; nothing is lost`
	if diff := cmp.Diff(want, failure(root, "apply", os.ErrDeadlineExceeded, ds).Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = `SEA6001: terraform init of web failed
    exec: "terraform": file does not exist
    next: fix what Terraform reports and run the command again; nothing is lost`
	if diff := cmp.Diff(want, failure(root, "init", &exec.Error{Name: "terraform", Err: os.ErrNotExist}, ds[:1]).Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRealChanges reads an update and a replacement from a real plan: what
// changes is named, and a sensitive value is in neither text nor JSON.
func TestRealChanges(t *testing.T) {
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal(err)
	}
	root := Root{Name: "web", Dir: t.TempDir()}
	writeFile(t, filepath.Join(root.Dir, "main.tf"), `
variable "n" { type = number }
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "changed" { input = { size = var.n, password = var.password } }
resource "terraform_data" "replaced" { triggers_replace = "v${var.n}" }
resource "terraform_data" "same" { input = "x" }
`)
	environ := append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull)
	terraform := &Terraform{Path: path, Environ: append(environ, "TF_VAR_n=1", "TF_VAR_password=first-secret")}
	nothing := func(string) {}
	if err := terraform.Init(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	plan, err := terraform.Plan(t.Context(), root, PlanOptions{}, nothing)
	if err == nil {
		err = terraform.Apply(t.Context(), plan, nothing)
	}
	if err != nil {
		t.Fatal(err)
	}
	terraform.Environ = append(environ, "TF_VAR_n=2", "TF_VAR_password=second-secret")
	plan, err = terraform.Plan(t.Context(), root, PlanOptions{}, nothing)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range plan.Summary.Resources {
		got = append(got, c.String())
	}
	want := []string{
		"update terraform_data.changed: input.password (sensitive), input.size 1 -> 2",
		`replace terraform_data.replaced: triggers_replace "v1" -> "v2" (forces replacement)`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if raw, err := json.Marshal(plan.Summary); err != nil || bytes.Contains(raw, []byte("-secret")) {
		t.Errorf("%v: the JSON has a sensitive value:\n%s", err, raw)
	}
}
