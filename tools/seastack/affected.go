package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/project"
)

// baseFlags are the flags of the commands that compare with a base.
type baseFlags struct {
	base, env string
	mergeBase bool
}

func (f *baseFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.base, "base", "", "revision to compare with, or deployed: what the environment has")
	cmd.Flags().StringVar(&f.env, "env", "", "environment for which functions are built; default: the first on AWS, else local")
	cmd.Flags().BoolVar(&f.mergeBase, "merge-base", true, "compare with the newest commit that the base and HEAD have in common")
}

// comparison returns the project that is compared, and reports mistakes in the
// command line before any work begins.
func (a *app) comparison(f baseFlags) (project.Project, error) {
	if f.base == "" {
		return project.Project{}, usage("--base is missing", "name the revision to compare with, as in --base main")
	}
	return a.project()
}

func (a *app) affectedCommand() *cobra.Command {
	var f baseFlags
	var exact, why bool
	cmd := &cobra.Command{
		Use:   "affected --base REV",
		Short: "Say which functions, stacks and tests a change touches",
		Long: `affected compares the worktree with a revision, uncommitted files included, and
lists the functions whose code or configuration differs, the stacks that deploy
again, new migrations, and the packages whose tests can come out differently.
It never leaves out one that changes. With --exact it builds the functions whose
inputs differ, and those with the same bytes are not listed.`,
		Example: "  seastack affected --base main\n  seastack affected --base deployed --env local --why",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			answer, err := a.affected(cmd.Context(), f, exact)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(answer)
			}
			return a.printAffected(answer, why)
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&exact, "exact", false, "build what may differ, and compare the bytes")
	cmd.Flags().BoolVar(&why, "why", false, "say why, in one line each")
	return cmd
}

func (a *app) affected(ctx context.Context, f baseFlags, exact bool) (change.Affected, error) {
	p, err := a.comparison(f)
	if err != nil {
		return change.Affected{}, err
	}
	r := a.progress()
	defer r.Stop()
	task := r.Start("compare")
	sides, err := a.sides(ctx, p, f, false)
	if err != nil {
		task.Fail()
		return change.Affected{}, err
	}
	answer := sides.Affected()
	if exact {
		err = sides.Exactly(ctx, &answer, func(e artifact.Event) { task.Update("%s", pipeline.EventText(e)) })
	}
	task.Close(err, "with %s", f.base)
	return answer, err
}

// sides returns the two states to compare. Functions are those of the generated
// files, so that these must be current.
func (a *app) sides(ctx context.Context, p project.Project, f baseFlags, withoutTests bool) (change.Sides, error) {
	env, err := compared(p.Config, f.env)
	if err != nil {
		return change.Sides{}, err
	}
	g, err := pipeline.Generate(ctx, p, true)
	if err != nil {
		return change.Sides{}, err
	}
	if stale := len(g.Changes.Written()) + len(g.Changes.Deleted()); stale > 0 {
		return change.Sides{}, diag.Diagnostic{Code: diag.StaleGenerated, Message: fmt.Sprintf("%d generated files are stale", stale),
			Next: "run seastack generate, then compare again"}
	}
	request, err := changeRequest(p, f, env)
	if err != nil {
		return change.Sides{}, err
	}
	request.WithoutTests = withoutTests
	if f.base != deployedBase {
		return change.Since(ctx, request, f.base)
	}
	records, err := pipeline.Records(ctx, p, env)
	if err != nil {
		return change.Sides{}, err
	}
	return change.SinceDeployed(ctx, request, env.Name, append(pipeline.StackNames(g.Model), pipeline.Platform), records)
}

// deployedBase is the base that stands for what is deployed.
const deployedBase = "deployed"

// changeRequest returns what to compare.
func changeRequest(p project.Project, f baseFlags, env config.Environment) (change.Request, error) {
	program, err := pipeline.ProgramHash()
	r := change.Request{
		Program: program, Root: p.Root, Module: p.Module, Folders: p.Config.Folders, Target: pipeline.TargetOf(env), Environment: env.Name,
		Store: p.Artifacts(), Cache: p.Path(".seastack", "cache", "change"), Env: os.Environ(), MergeBase: f.mergeBase,
	}
	if f.env != "" {
		r.Environments = []string{f.env}
	}
	return r, err
}

// compared returns the environment of that name; "" stands for the first on AWS,
// or local where there is none.
func compared(c config.Config, name string) (config.Environment, error) {
	if name != "" {
		return c.Environment(name)
	}
	for _, e := range c.Environments {
		if !e.IsLocal() && !e.IsTemplate() {
			return e, nil
		}
	}
	return c.Environment(config.Local)
}

func (a *app) printAffected(answer change.Affected, why bool) error {
	if answer.Everything != "" {
		fmt.Fprintf(a.stdout, "everything is affected: %s\n\n", answer.Everything)
	}
	if answer.Inexact != "" {
		fmt.Fprintf(a.stdout, "bytes were not compared: %s\n\n", answer.Inexact)
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	row := func(name, kind, reason string) {
		if !why {
			reason = ""
		}
		fmt.Fprintln(w, strings.TrimRight(name+"\t"+kind+"\t"+reason, "\t"))
	}
	for _, f := range answer.Functions {
		row("function "+f.ID(), string(f.Kind), f.Why)
	}
	for _, s := range answer.Stacks {
		row("stack "+s.Stack, "", s.Why)
	}
	for _, m := range answer.Migrations {
		row("migration "+m.File, m.Change, "")
	}
	for _, t := range answer.Tests {
		row("test "+t.Package, "", t.Why)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	functions := answer.Touched()
	line := fmt.Sprintf("functions: %d of %d; stacks: %d", functions, functions+answer.Untouched.Functions, len(answer.Stacks))
	if all := len(answer.Tests) + answer.Untouched.Tests; all > 0 { // what is deployed has no tests to compare
		line += fmt.Sprintf("; packages with tests: %d of %d", len(answer.Tests), all)
	}
	_, err := fmt.Fprintln(a.stdout, line)
	return err
}
