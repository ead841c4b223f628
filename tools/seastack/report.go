package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/review"
)

// planned plans roots, keeps the plans where they are wanted, and returns the
// report of them.
func (a *app) planned(ctx context.Context, d *pipeline.Deployment, names []string, f rootFlags, o planFlags) (review.Report, []review.Planned, error) {
	mask, err := review.NewMask(d.Project.Config.Mask)
	if err != nil {
		return review.Report{}, nil, err
	}
	head := review.Report{Project: d.Project.Config.Project, Environment: d.Env.Name, From: o.from, Time: time.Now().UTC().Truncate(time.Second)}
	head.Commit, head.Dirty = change.Commit(ctx, d.Project.Root, os.Environ())
	if !d.Env.IsLocal() { // where up runs them
		if head.Migrations, err = d.MigrationsAhead(ctx); err != nil {
			return head, nil, err
		}
	}
	wanted := names
	if o.base != "" {
		sides, err := a.sides(ctx, d.Project, baseFlags{base: o.base, env: f.env, mergeBase: true}, true)
		if err != nil {
			return head, nil, err
		}
		if head.Base = sides.Base.Commit; o.affected {
			wanted = touched(sides.Affected(), names)
		}
	}
	if o.out != "" {
		if err := d.Upload(ctx, stacksOf(wanted)); err != nil {
			return head, nil, err
		}
	}
	var plans []review.Planned
	for _, outcome := range d.Preview(ctx, wanted) {
		p := review.Planned{Planned: outcome.Planned, Err: outcome.Err, Sizes: d.Sizes(ctx, outcome.Summary), Pins: d.Pinned(outcome.Root.Name),
			Budget: d.Env.BudgetOf(outcome.Root.Name).Package}
		if p.Canaries, err = d.Canaries(outcome.Root.Name); err != nil {
			return head, nil, err
		}
		if o.out != "" {
			if p.Plan, err = d.Save(ctx, o.out, outcome); err != nil {
				return head, nil, err
			}
		}
		plans = append(plans, p)
	}
	for _, name := range names {
		if !slices.Contains(wanted, name) {
			plans = append(plans, review.Planned{Planned: deploy.Planned{Root: d.Root(name), Summary: deploy.NewSummary(name)}, Unaffected: true})
		}
	}
	report := review.New(head, plans, a.sinceDeployed(ctx, d), mask)
	if o.out == "" {
		return report, plans, nil
	}
	if err := writeReport(o.out, report); err != nil || !o.store {
		return report, plans, err
	}
	return report, plans, d.StorePlans(ctx, o.out, change.Tree(ctx, d.Project.Root, os.Environ()))
}

// touched returns those of the names that a change touches. A migration touches
// the platform.
func touched(affected change.Affected, names []string) []string {
	if affected.Everything != "" {
		return names
	}
	is := map[string]bool{pipeline.Platform: len(affected.Migrations) > 0}
	for _, s := range affected.Stacks {
		is[s.Stack] = true
	}
	for _, f := range affected.Functions {
		is[f.Stack] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !is[name] })
}

// sinceDeployed returns what differs from what is deployed, which says why; what
// cannot be compared is left unsaid.
func (a *app) sinceDeployed(ctx context.Context, d *pipeline.Deployment) change.Affected {
	sides, err := a.sides(ctx, d.Project, baseFlags{base: deployedBase, env: d.Env.Name}, true)
	if err != nil {
		return change.Affected{}
	}
	return sides.Affected()
}

// The files of a report in its folder, beside the plans.
const (
	reportFile  = "report.json"
	pageFile    = "report.html"
	commentFile = "comment.md"
)

func writeReport(dir string, r review.Report) error {
	raw, err := r.JSON()
	if err != nil {
		return err
	}
	html, err := r.HTML()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	comment := r.Markdown(review.Comment{Limit: review.GitHubLimit, Digest: review.Digest(raw)})
	for name, content := range map[string][]byte{reportFile: raw, pageFile: html, commentFile: []byte(comment)} {
		if err := renameio.WriteFile(filepath.Join(dir, name), content, 0o600, renameio.WithTempDir(dir)); err != nil {
			return err
		}
	}
	return nil
}

// readReport reads the report in a folder, and its digest.
func readReport(dir string) (review.Report, string, error) {
	file := filepath.Join(dir, reportFile)
	raw, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return review.Report{}, "", diag.Diagnostic{Code: diag.BadReport, Message: "there is no report in " + dir, Next: "make one: seastack plan --env ENV --out " + dir}
	}
	if err != nil {
		return review.Report{}, "", err
	}
	r, err := review.Parse(raw)
	if err != nil {
		return r, "", diag.Diagnostic{Code: diag.BadReport, Message: file + " is no report: " + err.Error(), Next: "make it again: seastack plan --env ENV --out " + dir}
	}
	return r, review.Digest(raw), nil
}

// applyStored applies the plans that were stored for the files of this commit.
func (a *app) applyStored(ctx context.Context, envName, digest string, allow []string) error {
	p, env, err := a.environment(envName)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "seastack-plan-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d := &pipeline.Deployment{Project: p, Env: env}
	if err := d.FetchPlans(ctx, dir, change.Tree(ctx, p.Root, os.Environ())); err != nil {
		return err
	}
	return a.applyReviewed(ctx, dir, digest, allow)
}

// applyReviewed applies the plans in a folder.
func (a *app) applyReviewed(ctx context.Context, dir, digest string, allow []string) error {
	report, have, err := readReport(dir)
	if err != nil {
		return err
	}
	if digest != "" && !strings.HasPrefix(have, digest) || digest != "" && len(digest) < shortestDigest {
		return diag.Diagnostic{Code: diag.BadReport, Message: "the report in " + dir + " has the digest " + have + ", not " + digest,
			Next: "apply the folder of the report that was reviewed, or have this one reviewed"}
	}
	p, err := a.project()
	if err != nil {
		return err
	}
	if report.Project != p.Config.Project {
		return diag.Diagnostic{Code: diag.BadReport, Message: "the report is of the project " + report.Project + ", and this is " + p.Config.Project,
			Next: "run it in the repository that was planned"}
	}
	p, env, err := a.environment(report.Environment)
	if err != nil {
		return err
	}
	r := a.progress()
	defer r.Stop()
	d, unlock, err := openDeployment(ctx, p, env, r)
	if err != nil {
		return err
	}
	defer unlock()
	d.AllowDestroy = allow
	applied, err := d.ApplyReviewed(ctx, dir, report)
	if err != nil {
		return err
	}
	r.Stop()
	return a.printApplied(applied)
}

// shortestDigest is how much of a digest must be named: as much as a comment shows.
const shortestDigest = 12

func (a *app) printApplied(applied []pipeline.Applied) error {
	if applied == nil {
		applied = []pipeline.Applied{}
	}
	var errs []error
	for _, one := range applied {
		errs = append(errs, one.Err)
	}
	if a.json {
		if err := a.printJSON(map[string]any{"stacks": applied}); err != nil {
			return err
		}
		return errors.Join(errs...)
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "STACK\tRESULT\tCHANGES")
	for _, one := range applied {
		fmt.Fprintf(w, "%s\t%s\t%s\n", one.Root, one.Result, one.Summary.Done())
	}
	if len(applied) == 0 {
		fmt.Fprintln(w, "nothing to apply")
	}
	return errors.Join(w.Flush(), errors.Join(errs...))
}
