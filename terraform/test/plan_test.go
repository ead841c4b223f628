package test

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gruntwork-io/terratest/modules/logger"
	"github.com/gruntwork-io/terratest/modules/terraform"
	tfjson "github.com/hashicorp/terraform-json"
)

// testPlansHaveNoChanges is the promise that a no-op is proven: right after the
// deployment neither terratest's plan nor a plain one finds anything to do. The
// plan's JSON says the same as the exit code, which the other parts ask for alone.
func testPlansHaveNoChanges(t *testing.T, d *deployment) {
	roots := d.roots(t)
	inParallel(t, roots, d.wantPlanWithoutChange)
	t.Run("Plain", func(t *testing.T) { inParallel(t, roots, d.wantPlainPlanClean) })
}

// testPlansHaveNoChangesAfterUse shows that using the deployment changes none of
// its resources, and that the parts before this have put back what they changed.
func testPlansHaveNoChangesAfterUse(t *testing.T, d *deployment) { d.wantClean(t, d.roots(t)...) }

// wantClean plans roots and wants exit code 0: no resource changes, and no output.
// The plan's text is in the test's log.
func (d *deployment) wantClean(t *testing.T, roots ...string) {
	t.Helper()
	inParallel(t, roots, func(t *testing.T, root string) {
		o := d.options(root)
		o.Logger = logger.TestingT
		if code := terraform.PlanExitCode(t, o); code != 0 {
			t.Errorf("plan of %s: exit code %d", root, code)
		}
	})
}

// wantPlanWithoutChange plans a root and wants exit code 0, no change of a resource
// and none of an output.
func (d *deployment) wantPlanWithoutChange(t *testing.T, root string) {
	t.Helper()
	code, plan := d.plan(t, root)
	if code != 0 {
		t.Errorf("plan of %s: exit code %d", root, code)
	}
	if len(plan.ResourceChangesMap) == 0 {
		t.Errorf("plan of %s: it knows no resource", root)
	}
	for address, action := range changes(plan) {
		t.Errorf("plan of %s: %s %s", root, action, address)
	}
	for name, change := range plan.RawPlan.OutputChanges {
		if !change.Actions.NoOp() {
			t.Errorf("plan of %s: output %s changes: %v", root, name, change.Actions)
		}
	}
}

// plan returns the exit code of `plan -detailed-exitcode`, which is 0 or 2, and the
// plan.
func (d *deployment) plan(t *testing.T, root string) (int, *terraform.PlanStruct) {
	t.Helper()
	o := d.options(root)
	o.PlanFilePath = filepath.Join(t.TempDir(), "plan")
	o.Logger = logger.TestingT // the plan's text says why it failed
	code := terraform.PlanExitCode(t, o)
	if code == terraform.DefaultErrorExitCode {
		t.Fatalf("the plan of %s failed", root)
	}
	o.Logger = logger.Discard
	return code, terraform.ShowWithStruct(t, o)
}

// changes returns what a plan does to each resource that it does not leave alone.
func changes(plan *terraform.PlanStruct) map[string]string {
	all := map[string]string{}
	for address, rc := range plan.ResourceChangesMap {
		if rc.Mode == tfjson.ManagedResourceMode && !rc.Change.Actions.NoOp() {
			all[address] = actions(rc.Change.Actions)
		}
	}
	return all
}

func actions(as tfjson.Actions) string {
	words := make([]string, len(as))
	for i, a := range as {
		words[i] = string(a)
	}
	return strings.Join(words, "+")
}

// lines returns changes as sorted lines, to compare and to read.
func lines(changes map[string]string) (lines []string) {
	for _, address := range slices.Sorted(maps.Keys(changes)) {
		lines = append(lines, changes[address]+" "+address)
	}
	return lines
}

// wantPlainPlanClean is what a person would type.
func (d *deployment) wantPlainPlanClean(t *testing.T, root string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandLimit)
	defer cancel()
	cmd := d.plainPlan(ctx, root)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", cmd, err, out)
	}
}

// plainPlan is `terraform plan` with nothing but the variable for the local
// cloud's port, which a developer who uses the usual one does not need.
func (d *deployment) plainPlan(ctx context.Context, root string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, d.terraform, "-chdir="+d.dir(root), "plan", "-input=false", "-no-color", "-detailed-exitcode")
	cmd.Dir = d.project.Root
	cmd.Env = os.Environ()
	for name, value := range d.environ {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// atOnce is how many terraforms run at the same time: each keeps about one core
// busy.
const atOnce = 2

// inParallel runs a check for every root, as subtests of their names, and
// returns when all are done.
func inParallel(t *testing.T, roots []string, check func(*testing.T, string)) {
	t.Helper()
	slots := make(chan struct{}, atOnce)
	var group sync.WaitGroup
	for _, root := range roots {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			t.Run(root, func(t *testing.T) { check(t, root) })
		})
	}
	group.Wait()
}
