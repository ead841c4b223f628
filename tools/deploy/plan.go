package deploy

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// PlanOptions say what to plan.
type PlanOptions struct {
	Destroy bool
	Lock    string   // how long to wait for the state's lock: "30s"; "0s" where empty
	Targets []string // addresses; empty: all of the root
}

// Planned is a root's saved plan.
type Planned struct {
	Root    Root
	File    string
	Changes bool // of resources or outputs
	Summary Summary
	Creates []Resource // what the plan wants to create
	Lost    []Resource // what it destroys or replaces though it holds data or an address
	Outputs []Output   // the outputs that change, by name
	After   []Resource // what is there when the plan is applied, as far as it is known
	// Protected reports that the plan failed because it would destroy a resource
	// whose lifecycle has prevent_destroy.
	Protected bool
	Options   PlanOptions
	Details   *tfjson.Plan // nil where nothing changes
	SHA256    string       // of the saved plan, where it was made before and reviewed
	Inputs    string       // what Deployment knows the root's inputs by; "" where they are not all known
	Earlier   Summary      // what was applied to the root before this plan was made
}

// Resource is one resource of a plan.
type Resource struct {
	Address string
	Type    string
	Name    string         // on AWS; may be empty
	Holds   string         // what is lost with it; empty where nothing is
	Values  map[string]any // attributes that are known before the apply
}

// parallelism is how many resources Terraform works on at once. The provider waits
// five seconds after it has sent a function's code, and five more after it has
// published a version: with Terraform's default of 10, fifty functions would take
// a minute.
const parallelism = 32

// Plan plans a root and saves the plan. It does not refresh twice and starts
// the provider once where nothing changes: the details of a change are read
// from the saved plan only when there is one.
func (t *Terraform) Plan(ctx context.Context, r Root, o PlanOptions, update func(string)) (Planned, error) {
	p := Planned{Root: r, File: r.planFile(), Summary: NewSummary(r.Name), Options: o}
	tf, err := t.command(r)
	if err != nil {
		return p, err
	}
	var ds []diagnostic
	out := &decoder{handle: func(e event) {
		switch {
		case e.Diagnostic != nil:
			ds = append(ds, *e.Diagnostic)
		case e.Type == "refresh_start":
			update("refreshing " + e.Hook.Resource.Addr)
		}
	}}
	if p.Changes, err = tf.PlanJSON(ctx, out, append(t.planOptions(r, o), t.attach(ctx, r))...); err != nil {
		p.Protected = slices.ContainsFunc(ds, func(d diagnostic) bool { return d.Severity == "error" && d.Summary == destroyPrevented })
		return p, failure(r, "plan", err, ds)
	}
	if !p.Changes {
		return p, nil
	}
	return t.Load(ctx, p)
}

// Load reads a saved plan that has changes: what it would do.
func (t *Terraform) Load(ctx context.Context, p Planned) (Planned, error) {
	tf, err := t.command(p.Root)
	if err != nil {
		return p, err
	}
	details, err := tf.ShowPlanFile(ctx, p.File, t.attach(ctx, p.Root))
	if err != nil {
		return p, failure(p.Root, "show", err, nil)
	}
	p.Changes = true
	p.Summary, p.Creates, p.Details = summarise(p.Root.Name, details), creates(details), details
	p.Lost, p.Outputs, p.After = lost(p.Summary, befores(details)), changedOutputs(details), plannedResources(details)
	return p, nil
}

// destroyPrevented is the summary of Terraform's diagnostic about a resource
// with prevent_destroy.
const destroyPrevented = "Instance cannot be destroyed"

// befores returns the attributes that resources have now, by address.
func befores(plan *tfjson.Plan) map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, rc := range plan.ResourceChanges {
		if rc.Change != nil && rc.DeposedKey == "" {
			all[rc.Address] = attributes(rc.Change.Before)
		}
	}
	return all
}

func creates(plan *tfjson.Plan) (all []Resource) {
	for _, rc := range plan.ResourceChanges {
		if rc.Change != nil && (rc.Change.Actions.Create() || newStatement(rc)) {
			all = append(all, Resource{Address: rc.Address, Type: rc.Type, Values: attributes(rc.Change.After)})
		}
	}
	return all
}

// newStatement reports whether a permission would be given to another function
// before it is taken from the one that has it. The new one has no name of its
// own by which Terraform could find it again.
func newStatement(rc *tfjson.ResourceChange) bool {
	before, after := attributes(rc.Change.Before), attributes(rc.Change.After)
	return rc.Type == "aws_lambda_permission" && rc.Change.Actions.CreateBeforeDestroy() &&
		(before["function_name"] != after["function_name"] || before["statement_id"] != after["statement_id"])
}

func (t *Terraform) planOptions(r Root, o PlanOptions) []tfexec.PlanOption {
	if o.Lock == "" {
		o.Lock = "0s"
	}
	opts := []tfexec.PlanOption{tfexec.Out(r.planFile()), tfexec.Parallelism(parallelism), tfexec.LockTimeout(o.Lock), tfexec.Destroy(o.Destroy)}
	for _, address := range o.Targets {
		opts = append(opts, tfexec.Target(address))
	}
	for _, v := range t.vars() {
		opts = append(opts, tfexec.Var(v))
	}
	return opts
}

// Apply carries out a saved plan. update is told of each resource in turn.
func (t *Terraform) Apply(ctx context.Context, p Planned, update func(string)) error {
	tf, err := t.command(p.Root)
	if err != nil {
		return err
	}
	var ds []diagnostic
	done, total := 0, p.Summary.total()
	out := &decoder{handle: func(e event) {
		switch e.Type {
		case "diagnostic":
			ds = append(ds, *e.Diagnostic)
		case "apply_progress":
			update(progressText(done, total, waitText(e.Hook)))
		case "apply_complete":
			done++
			update(progressText(done, total, e.Hook.Resource.Addr))
		}
	}}
	options := []tfexec.ApplyOption{tfexec.DirOrPlan(p.File), tfexec.Parallelism(parallelism), t.attach(ctx, p.Root)}
	if err := tf.ApplyJSON(ctx, out, options...); err != nil {
		return failure(p.Root, "apply", err, ds)
	}
	return nil
}
