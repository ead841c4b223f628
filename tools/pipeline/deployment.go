package pipeline

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/mirror"
	"github.com/seastack/seastack/tools/objects"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// Platform is the name of the root of what stacks share.
const Platform = names.Platform

// parallel is how many roots are planned at once: a plan keeps about one core
// busy, and the reference machine has two.
const parallel = 2

// Deployment plans and applies the roots of one environment.
type Deployment struct {
	Project project.Project
	Env     config.Environment
	Report  *progress.Reporter
	Environ []string // of the terraform commands
	// Recover, where set, is called before an apply that follows one that was
	// killed, with what the plan wants to create.
	Recover func(context.Context, []deploy.Resource) error
	// AllowDestroy names resources, by address or by name on AWS, that may be
	// destroyed or replaced although they hold data or an address.
	AllowDestroy []string
	// Inspect, where set, reports whether such a resource holds nothing now; state
	// is what it holds, in words.
	Inspect func(context.Context, deploy.Resource) (empty bool, state string, err error)
	// AWS returns the configuration of clients of AWS, to upload zips with; nil
	// where the artifact bucket shows the zips of this machine.
	AWS func(context.Context) (aws.Config, error)
	// Identity names what the environment is deployed to, so that another account,
	// or a local cloud that has lost its state, is not taken for the one of the
	// last apply; "" where that is not known. Without it nothing is proven.
	Identity func(context.Context) (string, error)
	// NoCanary gives new code all requests at once, whatever the environment wants.
	NoCanary bool
	// All asks Terraform about roots that are proven unchanged as well.
	All      bool
	pins     map[string]map[string]change.Pin // by stack and function
	tf       *deploy.Terraform
	version  string // of terraform
	recorder recorder

	recordsOnce sync.Once
	recordStore objects.Store
	recordsErr  error
}

// Root returns the Terraform root of that name.
func (d *Deployment) Root(name string) deploy.Root {
	return deploy.Root{Name: name, Dir: d.Project.EnvRoot(d.Env.Name, name)}
}

// Prepare finds terraform and initialises the roots that need it; the provider
// is looked for, and built if it must be, only when one does.
func (d *Deployment) Prepare(ctx context.Context, names []string) error {
	if err := deploy.Restore(d.platformModule()); err != nil {
		return err
	}
	task := d.Report.Start("terraform")
	options := mirror.Options{Progress: func(s string) { task.Update("%s", s) }, Env: d.Environ}
	path, version, err := mirror.Terraform(ctx, options)
	if err != nil {
		task.Fail()
		return err
	}
	d.Close()
	d.tf = &deploy.Terraform{Path: path, Version: version, Environ: d.Environ, Attach: onLoopback(d.Environ)}
	d.version = version
	n, err := d.initAll(ctx, names, options, task)
	task.Close(err, "%s, %d of %d roots initialised anew", version, n, len(names))
	return err
}

// Close stops the providers that work on the roots has started.
func (d *Deployment) Close() {
	if d.tf != nil {
		d.tf.Close()
	}
}

// onLoopback reports whether AWS is a local cloud of this machine, as far as the
// environment of the terraform commands tells. Only there do they share providers.
func onLoopback(environ []string) bool {
	endpoint := ""
	for _, kv := range environ { // the last one holds
		if value, ok := strings.CutPrefix(kv, "AWS_ENDPOINT_URL="); ok {
			endpoint = value
		}
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(u.Hostname())
	return err == nil && address.IsLoopback()
}

func (d *Deployment) initAll(ctx context.Context, names []string, options mirror.Options, task *progress.Task) (int, error) {
	var stale []deploy.Root
	for _, name := range names {
		needs, err := deploy.NeedsInit(d.Root(name))
		if err != nil {
			return 0, err
		}
		if needs {
			stale = append(stale, d.Root(name))
		}
	}
	if len(stale) == 0 {
		return 0, nil
	}
	install, err := mirror.Ensure(ctx, options)
	if err != nil {
		return 0, err
	}
	d.tf.CLIConfig, d.tf.PluginCache = install.CLIConfig, install.PluginCache
	for _, r := range stale { // one after the other: they share the plugin cache, which terraform does not lock
		task.Update("initialising %s", r.Name)
		if err := d.tf.Init(ctx, r); err != nil {
			return 0, err
		}
	}
	return len(stale), nil
}

// Apply plans the roots and applies the plans that have changes.
func (d *Deployment) Apply(ctx context.Context, names []string, o deploy.PlanOptions) ([]deploy.Planned, error) {
	return d.each(ctx, names, func(ctx context.Context, name string, task *progress.Task) (deploy.Planned, error) {
		p, err := d.plan(ctx, name, o, task)
		if err == nil {
			err = d.carryOut(ctx, p, task)
		}
		task.Close(err, "%s", p.Summary.Done())
		return p, err
	})
}

// carryOut applies a plan, or records that there is nothing to apply.
func (d *Deployment) carryOut(ctx context.Context, p deploy.Planned, task *progress.Task) error {
	if p.Changes {
		return d.applyPlan(ctx, p, task)
	}
	return d.unchanged(ctx, p)
}

// unchanged records a root whose plan has no changes. The killed apply, if there
// was one, had done all.
func (d *Deployment) unchanged(ctx context.Context, p deploy.Planned) error {
	_ = os.Remove(marker(p.Root))
	if err := d.recordDeployed(ctx, p); err != nil || p.SHA256 == "" {
		return err
	}
	records, err := d.records(ctx)
	if err != nil {
		return err
	}
	return change.EndApply(ctx, records, p.Root.Name)
}

// ApplyPlans applies the saved plans that have changes, some at a time.
func (d *Deployment) ApplyPlans(ctx context.Context, plans []deploy.Planned) error {
	var changed []deploy.Planned
	for _, p := range plans {
		if p.Changes {
			changed = append(changed, p)
		} else if err := d.unchanged(ctx, p); err != nil {
			return err
		}
	}
	var errs []error
	for _, o := range d.applyOutcomes(ctx, changed) {
		errs = append(errs, o.Err)
	}
	return errors.Join(errs...)
}

// applyOutcomes carries out plans, some at a time, and tells what came of each.
func (d *Deployment) applyOutcomes(ctx context.Context, plans []deploy.Planned) []Outcome {
	byName := map[string]deploy.Planned{}
	var names []string
	for _, p := range plans {
		byName[p.Root.Name] = p
		names = append(names, p.Root.Name)
	}
	return d.outcomes(ctx, names, func(ctx context.Context, name string, task *progress.Task) (deploy.Planned, error) {
		p := byName[name]
		err := d.carryOut(ctx, p, task)
		task.Close(err, "%s", p.Summary.Done())
		return p, err
	})
}

// applyPlan applies one saved plan, unless it destroys what nobody has named.
// While it does, a marker stands beside the root; one that is found there tells
// of an apply that was killed.
func (d *Deployment) applyPlan(ctx context.Context, p deploy.Planned, task *progress.Task) error {
	if err := d.CheckDestroy(ctx, p); err != nil { // here, so that no way to an apply leads past it
		return err
	}
	if _, err := os.Stat(marker(p.Root)); err == nil && d.Recover != nil {
		task.Update("an apply was killed here: removing what it has left")
		if err := d.Recover(ctx, p.Creates); err != nil {
			return err
		}
	}
	if err := os.WriteFile(marker(p.Root), nil, 0o644); err != nil {
		return err
	}
	records, err := d.records(ctx)
	if err != nil {
		return err
	}
	if p.SHA256 != "" {
		if err := change.BeginApply(ctx, records, p.Root.Name, p.SHA256, deployer()); err != nil {
			return err
		}
	}
	defer os.Remove(p.File)
	task.Update("applying: %s", p.Summary)
	err = d.tf.Apply(ctx, p, func(s string) { task.Update("%s", s) })
	if err == nil || ctx.Err() == nil { // terraform has ended by itself, and written its state
		err = errors.Join(err, os.Remove(marker(p.Root)))
	}
	if err != nil {
		return err
	}
	return errors.Join(d.recordDeployed(ctx, p), change.EndApply(ctx, records, p.Root.Name))
}

func marker(r deploy.Root) string { return filepath.Join(r.Dir, ".terraform", "seastack-applying") }

func (d *Deployment) plan(ctx context.Context, name string, o deploy.PlanOptions, task *progress.Task) (deploy.Planned, error) {
	if err := d.restoreState(name, task); err != nil {
		return deploy.Planned{Root: d.Root(name)}, err
	}
	inputs, proven, err := d.proven(ctx, name)
	if err != nil {
		return deploy.Planned{Root: d.Root(name)}, err
	}
	if proven && !o.Destroy && len(o.Targets) == 0 {
		p := deploy.Planned{Root: d.Root(name), Options: o, Inputs: inputs, Summary: deploy.NewSummary(name)}
		p.Summary.Proven = true
		return p, nil
	}
	task.Update("planning")
	p, err := d.tf.Plan(ctx, d.Root(name), o, func(string) {})
	if err != nil && p.Protected && name == Platform {
		p, err = d.planLifted(ctx, o)
	}
	p.Inputs = inputs
	return p, err
}

// restoreState repairs what an apply that was killed may have done to a state on
// this machine. On AWS a state is an object, which is replaced as a whole.
func (d *Deployment) restoreState(name string, task *progress.Task) error {
	if _, err := os.Stat(marker(d.Root(name))); err != nil || !d.Env.IsLocal() {
		return nil
	}
	restored, err := deploy.RestoreState(d.Project.StateFile(name))
	if restored {
		task.Update("an apply was killed while it wrote its state: the state before it is restored")
	}
	return err
}

// Outputs reads the outputs of a root from its state: terraform takes half a
// second to do the same.
func (d *Deployment) Outputs(ctx context.Context, name string) (map[string][]byte, error) {
	state, err := d.state(ctx, name)
	if err != nil || len(state) == 0 {
		return map[string][]byte{}, err
	}
	return deploy.StateOutputs(state)
}

// each runs f for every root, some at a time. One that fails does not stop the
// others: they are independent, and a stopped apply helps nobody.
func (d *Deployment) each(ctx context.Context, names []string, f rootStep) ([]deploy.Planned, error) {
	var plans []deploy.Planned
	var errs []error
	for _, o := range d.outcomes(ctx, names, f) {
		plans, errs = append(plans, o.Planned), append(errs, o.Err)
	}
	return plans, errors.Join(errs...)
}

// rootStep is a step of the work on one root.
type rootStep func(context.Context, string, *progress.Task) (deploy.Planned, error)

// Outcome is what came of the work on one root.
type Outcome struct {
	deploy.Planned
	Err error
}

func (d *Deployment) outcomes(ctx context.Context, names []string, f rootStep) []Outcome {
	return d.outcomesOf(ctx, names, parallel, f)
}

// outcomesOf is outcomes for a number of roots at once.
func (d *Deployment) outcomesOf(ctx context.Context, names []string, atOnce int, f rootStep) []Outcome {
	all := make([]Outcome, len(names))
	var g errgroup.Group
	g.SetLimit(max(1, atOnce))
	for i, name := range names {
		g.Go(func() error {
			all[i].Planned, all[i].Err = f(ctx, name, d.Report.Start(name))
			return nil
		})
	}
	_ = g.Wait() // f's errors are in the outcomes
	return all
}
