package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLift destroys a protected resource with the real terraform: the plan fails
// and says why, succeeds when the protection is lifted, and fails again.
func TestLift(t *testing.T) {
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal(err)
	}
	root := Root{Name: "platform", Dir: t.TempDir()}
	module := filepath.Join(root.Dir, "module")
	writeFile(t, filepath.Join(root.Dir, "main.tf"), `module "platform" { source = "./module" }`)
	writeFile(t, filepath.Join(module, "main.tf"), `
resource "terraform_data" "kept" {
  lifecycle { prevent_destroy = true }
}
resource "terraform_data" "other" {
  lifecycle { ignore_changes = [input] }
}
`)
	terraform := &Terraform{Path: path, Environ: append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull)}
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
	wantProtected := func() {
		t.Helper()
		if plan, err := terraform.Plan(t.Context(), root, PlanOptions{Destroy: true}, nothing); err == nil || !plan.Protected {
			t.Errorf("protected is %v: %v", plan.Protected, err)
		}
	}
	wantProtected()
	restore, err := Lift(module)
	if err != nil {
		t.Fatal(err)
	}
	if plan, err := terraform.Plan(t.Context(), root, PlanOptions{Destroy: true}, nothing); err != nil || plan.Summary.Destroy != 2 || plan.Protected {
		t.Errorf("%+v, %v", plan.Summary, err)
	}
	if err := restore(); err != nil {
		t.Fatal(err)
	}
	wantProtected()
	if _, err := Lift(module); err != nil { // by a command that is killed
		t.Fatal(err)
	}
	if err := Restore(module); err != nil {
		t.Fatal(err)
	}
	wantProtected()
	if err := Restore(module); err != nil {
		t.Errorf("nothing was lifted: %v", err)
	}
}

func TestRefusal(t *testing.T) {
	r := Resource{Address: `module.platform.aws_sqs_queue.jobs["a"]`, Name: "shop-local-jobs", Holds: "a queue's messages"}
	want := `SEA6010: platform: module.platform.aws_sqs_queue.jobs["a"] would be destroyed, which holds a queue's messages
    on AWS: shop-local-jobs
    it has 3
    next: bring back what declared it, or name it to destroy it: --allow-destroy 'module.platform.aws_sqs_queue.jobs["a"]'`
	if diff := cmp.Diff(want, r.Refusal("platform", "it has 3").Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range []string{r.Address, r.Name} {
		if !r.Named([]string{"other", name}) {
			t.Errorf("it is not named by %s", name)
		}
	}
	if r.Named([]string{"jobs", ""}) || (Resource{Address: "a"}).Named([]string{""}) {
		t.Error("a part of a name, or none, names it")
	}
}

func TestHeldIn(t *testing.T) {
	const state = `{"resources": [
		{"mode": "managed", "module": "module.platform", "type": "aws_sqs_queue", "name": "jobs", "instances": [{}]},
		{"mode": "managed", "type": "aws_s3_bucket", "name": "b", "instances": [{"index_key": "x"}, {"index_key": 1}]},
		{"mode": "managed", "type": "aws_iam_role", "name": "r", "instances": [{}]},
		{"mode": "data", "type": "aws_sqs_queue", "name": "d", "instances": [{}]}]}`
	want := []string{"module.platform.aws_sqs_queue.jobs", `aws_s3_bucket.b["x"]`, "aws_s3_bucket.b[1]"}
	if got := HeldIn([]byte(state)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := HeldIn([]byte(`{"res`)); got != nil {
		t.Errorf("of a state that is cut off: %v", got)
	}
}
