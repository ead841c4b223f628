package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
	"github.com/seastack/seastack/tools/review"
)

// rootFlags are the flags of commands that work on roots of an environment.
type rootFlags struct {
	env    string
	stacks []string
	all    bool
	// noCanary gives new code all requests at once.
	noCanary bool
}

func (f *rootFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.env, "env", config.Local, "environment, as in seastack.hcl")
	cmd.Flags().StringArrayVar(&f.stacks, "stack", nil, `only this stack, or "platform" (repeatable)`)
	addAll(cmd, &f.all)
	cmd.Flags().BoolVar(&f.noCanary, "no-canary", false, "give new code all requests at once, though the environment has a canary")
}

// addAll adds the flag that asks Terraform about everything.
func addAll(cmd *cobra.Command, all *bool) {
	cmd.Flags().BoolVar(all, "all", false, "ask Terraform also about what is proven unchanged since its last apply")
}

func (a *app) planCommand() *cobra.Command {
	var f rootFlags
	var o planFlags
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what Terraform would change, stack by stack",
		Long: `plan generates, builds, and plans the platform and the stacks of an environment.
It names each resource that would change, and what of it. Stacks that use what the
platform does not have yet, such as a new queue, are planned with the outputs that
the platform is planned to have, and are marked: "follows the platform".

With --out it keeps the plans in a folder, with a report as JSON, as a page and as
a comment: "seastack apply DIR" applies exactly these plans, and "seastack comment
DIR" shows them in a pull request. The plans may hold secrets: keep the folder
where the state is, and nowhere else. Zips go to the artifact bucket before. With --store
the folder is kept beside the states, under the name of git's tree: after a merge
with the same files, "seastack apply --reviewed" finds it.

The exit code is 0 when nothing would change and 1 when something would.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), o.timeout)
			defer cancel()
			return a.plan(ctx, f, o)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "keep the plans and a report in this folder")
	cmd.Flags().BoolVar(&o.store, "store", false, "keep the plans beside the states as well, for: seastack apply --reviewed")
	cmd.Flags().BoolVar(&o.affected, "affected", false, "plan only the stacks that the change since --base touches")
	cmd.Flags().StringVar(&o.base, "base", "", "the revision that --affected compares with, and that the report names")
	cmd.Flags().DurationVar(&o.timeout, "timeout", time.Hour, "stop Terraform after this time, without a lock that stays")
	return cmd
}

// planFlags are the flags of plan alone.
type planFlags struct {
	out, base string
	from      string // the environment that is promoted
	affected  bool
	store     bool
	timeout   time.Duration
}

func (a *app) plan(ctx context.Context, f rootFlags, o planFlags) error {
	if o.store && o.out == "" {
		dir, err := os.MkdirTemp("", "seastack-plan-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.out = dir
	}
	if o.affected && o.base == "" {
		return usage("--affected needs --base", "name the revision to compare with, as in --affected --base main")
	}
	r := a.progress()
	defer r.Stop()
	d, names, unlock, err := a.deployment(ctx, f, r)
	if err != nil {
		return err
	}
	defer unlock()
	d.All = f.all
	report, outcomes, err := a.planned(ctx, d, names, f, o)
	if err != nil {
		return err
	}
	r.Stop()
	if err := a.printReport(report, outcomes); err != nil {
		return err
	}
	return concluded(report, outcomes)
}

// concluded returns what a command that plans ends with: the errors of what could
// not be planned, else whether there are changes.
func concluded(report review.Report, outcomes []review.Planned) error {
	var errs []error
	for _, p := range outcomes {
		errs = append(errs, p.Err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if report.Count(review.Changes) > 0 {
		return errFindings
	}
	return nil
}

// deployment brings an environment's generated files and zips up to date and
// prepares terraform. It returns the names of the roots to work on; the caller
// unlocks the environment in the end.
func (a *app) deployment(ctx context.Context, f rootFlags, r *progress.Reporter) (d *pipeline.Deployment, names []string, unlock func(), err error) {
	p, env, err := a.environment(f.env)
	if err != nil {
		return nil, nil, nil, err
	}
	if d, unlock, err = openDeployment(ctx, p, env, r); err != nil {
		return nil, nil, nil, err
	}
	d.NoCanary = f.noCanary
	if names, err = a.prepare(ctx, d, f.stacks); err != nil {
		unlock()
		return nil, nil, nil, err
	}
	return d, names, unlock, nil
}

// environment returns the project and its environment of that name.
func (a *app) environment(name string) (project.Project, config.Environment, error) {
	p, err := a.project()
	if err != nil {
		return p, config.Environment{}, err
	}
	env, err := p.Config.Environment(name)
	if env.Preview != nil { // seastack.hcl has its template
		p.Config.Environments = append(slices.Clone(p.Config.Environments), env)
	}
	return p, env, err
}

// openDeployment returns the deployment of an environment, and what closes it. The
// environment local must be up, and is locked until then; elsewhere Terraform locks
// each state.
func openDeployment(ctx context.Context, p project.Project, env config.Environment, r *progress.Reporter) (*pipeline.Deployment, func(), error) {
	if !env.IsLocal() {
		d := onAWS(p, env, r)
		return d, d.Close, nil
	}
	e, err := local.Open(p)
	if err != nil {
		return nil, nil, err
	}
	unlock, err := e.Lock(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	if err := e.RequireUp(); err != nil {
		unlock()
		return nil, nil, err
	}
	d := e.Deployment(r)
	return d, func() { d.Close(); unlock() }, nil
}

// onAWS returns the deployment of an environment on AWS.
func onAWS(p project.Project, env config.Environment, r *progress.Reporter) *pipeline.Deployment {
	return &pipeline.Deployment{
		Project: p, Env: env, Report: r, Environ: os.Environ(),
		AWS: func(ctx context.Context) (aws.Config, error) {
			return awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(env.Region))
		},
		Identity: func(context.Context) (string, error) { return env.Account + " " + env.Region, nil },
	}
}

// prepare generates, builds and initialises the roots that are wanted, and returns
// their names.
func (a *app) prepare(ctx context.Context, d *pipeline.Deployment, wanted []string) ([]string, error) {
	g, err := pipeline.GenerateWithProgress(ctx, d.Report, d.Project, false)
	if err != nil {
		return nil, err
	}
	names, err := selectRoots(pipeline.StackNames(g.Model), wanted)
	if err != nil {
		return nil, err
	}
	if stacks := stacksOf(names); len(stacks) > 0 {
		if _, err := pipeline.BuildWithProgress(ctx, d.Report, d.Project, g.Model, d.Env, stacks); err != nil {
			return nil, err
		}
		if err := d.Pin(ctx, stacks); err != nil {
			return nil, err
		}
		if err := d.Canary(ctx, stacks); err != nil {
			return nil, err
		}
	}
	return names, d.Prepare(ctx, slices.Compact(append([]string{pipeline.Platform}, names...))) // platform is the first of names
}

// selectRoots returns platform and all stacks, or those that are wanted, platform first.
func selectRoots(stacks, wanted []string) ([]string, error) {
	all := append([]string{pipeline.Platform}, stacks...)
	if len(wanted) == 0 {
		return all, nil
	}
	for _, w := range wanted {
		if !slices.Contains(all, w) {
			return nil, pipeline.UnknownStack(w, all)
		}
	}
	return slices.DeleteFunc(all, func(n string) bool { return !slices.Contains(wanted, n) }), nil
}

// plans is the JSON of `plan` and `apply`.
type plans struct {
	Stacks []deploy.Summary `json:"stacks"`
	Report *review.Report   `json:"report,omitempty"` // of `plan`
}

// printReport prints what is planned; errors are reported by themselves.
func (a *app) printReport(report review.Report, outcomes []review.Planned) error {
	var planned []deploy.Planned
	for _, o := range outcomes {
		if o.Err == nil && !o.Unaffected {
			planned = append(planned, o.Planned)
		}
	}
	if a.json {
		return a.printJSON(plans{Stacks: summaries(planned), Report: &report})
	}
	if err := a.printPlans(planned, deploy.Summary.String); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "\n%s\n", report.Headline())
	if p := report.Promotion(); p != "" {
		fmt.Fprintln(a.stdout, p)
	}
	if len(report.Migrations) > 0 {
		fmt.Fprintf(a.stdout, "migrations that run before: %s\n", strings.Join(report.Migrations, ", "))
	}
	return nil
}

func (a *app) printPlans(planned []deploy.Planned, text func(deploy.Summary) string) error {
	if a.json {
		return a.printJSON(plans{Stacks: summaries(planned)})
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "STACK\tCHANGES")
	for _, p := range planned {
		fmt.Fprintf(w, "%s\t%s\n", p.Root.Name, text(p.Summary))
		for _, c := range p.Summary.Resources {
			fmt.Fprintf(w, "\t%s\n", c)
			for _, line := range statementsOf(c, p.Summary.Policies) {
				fmt.Fprintf(w, "\t  %s\n", line)
			}
		}
		for _, f := range p.Summary.Functions {
			fmt.Fprintf(w, "\tfunction: %s %s%s\n", f.Action, f.Function, codeNote(f))
		}
		for _, t := range p.Summary.Triggers {
			fmt.Fprintf(w, "\t%s: %s %s\n", t.Trigger, t.Action, t.Name)
		}
	}
	return w.Flush()
}

// statementsOf returns the statements that an update of a policy adds and removes,
// one a line. A policy that is created with what it is for has none here: the
// generated Terraform shows them.
func statementsOf(c deploy.ResourceChange, policies []deploy.PolicyChange) (lines []string) {
	if c.Action != "update" {
		return nil
	}
	for _, p := range policies {
		if p.Address != c.Address {
			continue
		}
		for _, s := range p.Removed {
			lines = append(lines, "- "+s.String())
		}
		for _, s := range p.Added {
			lines = append(lines, "+ "+s.String())
		}
	}
	return lines
}

func summaries(planned []deploy.Planned) []deploy.Summary {
	all := []deploy.Summary{}
	for _, p := range planned {
		all = append(all, p.Summary)
	}
	return all
}

func codeNote(f deploy.FunctionChange) string {
	if f.Action == "update" && f.Code {
		return " (new code)"
	}
	return ""
}
