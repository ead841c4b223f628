package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
)

func (a *app) applyCommand() *cobra.Command {
	var f rootFlags
	var approve bool
	var allow []string
	var digest string
	var reviewed bool
	cmd := &cobra.Command{
		Use:   "apply [DIR]",
		Short: "Deploy the platform and the stacks of an environment",
		Long: `apply generates, builds, plans and applies: the platform first, then the stacks
that stand on it, some at a time. Zips that the artifact bucket lacks are uploaded.
It shows each plan and asks before it changes an environment on AWS; --auto-approve
does not ask, and local never does.

With a folder that "seastack plan --out DIR" has written it applies the plans in it
and no others, without a build: what was reviewed. A plan whose files, state or zips
are no longer those of the report stops its stack, and no other. --digest names the
report that was reviewed, as the comment has it. It can be run again.

What holds data or an address (queues, buckets, secrets, a database, the API) is
destroyed or replaced only when --allow-destroy names it, whatever is approved.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("apply takes one folder", "name the folder that seastack plan --out has written, or none")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if reviewed {
				return a.applyStored(cmd.Context(), f.env, digest, allow)
			}
			if len(args) == 1 {
				return a.applyReviewed(cmd.Context(), args[0], digest, allow)
			}
			return a.apply(cmd.Context(), f, approve, allow)
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&approve, "auto-approve", false, "do not ask")
	cmd.Flags().BoolVar(&reviewed, "reviewed", false, "apply the plans that plan --store has kept for the files of this commit, and no others")
	cmd.Flags().StringVar(&digest, "digest", "", "apply only the report with this `digest`")
	a.addAllowDestroy(cmd, &allow)
	return cmd
}

func (a *app) apply(ctx context.Context, f rootFlags, approve bool, allow []string) error {
	r := a.progress()
	defer r.Stop()
	d, names, unlock, err := a.deployment(ctx, f, r)
	if err != nil {
		return err
	}
	defer unlock()
	d.AllowDestroy, d.All = allow, f.all
	return a.applyRoots(ctx, d, r, names, approve)
}

// applyRoots plans and applies roots, the platform before the others.
func (a *app) applyRoots(ctx context.Context, d *pipeline.Deployment, r *progress.Reporter, names []string, approve bool) error {
	var all []deploy.Planned
	var finish bool // the platform, after the stacks
	for _, group := range groups(names) {
		if err := d.Upload(ctx, stacksOf(group)); err != nil {
			return err
		}
		planned, err := d.Plan(ctx, group, deploy.PlanOptions{Lock: "60s"})
		if err != nil {
			return err
		}
		if len(names) > len(group) { // the stacks follow, or the platform is done
			var kept bool
			if planned, kept, err = d.KeepAuthorizers(ctx, planned); err != nil {
				return err
			}
			finish = finish || kept
		}
		if err := a.applyPlans(ctx, d, r, planned, approve || d.Env.IsLocal()); err != nil {
			return err
		}
		if err := watched(d.Watch(ctx, group)); err != nil {
			return err
		}
		all = append(all, planned...)
	}
	if finish {
		var err error
		if all, err = a.finishPlatform(ctx, d, r, all, approve); err != nil {
			return err
		}
	}
	r.Stop()
	return a.printPlans(all, deploy.Summary.Done)
}

// finishPlatform plans and applies the platform after the stacks, and adds what that
// does to what was done before.
func (a *app) finishPlatform(
	ctx context.Context, d *pipeline.Deployment, r *progress.Reporter, all []deploy.Planned, approve bool,
) ([]deploy.Planned, error) {
	last, err := d.Plan(ctx, []string{pipeline.Platform}, deploy.PlanOptions{Lock: "60s"})
	if err != nil {
		return nil, err
	}
	if err := a.applyPlans(ctx, d, r, last, approve || d.Env.IsLocal()); err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(p deploy.Planned) bool { return p.Root.Name == pipeline.Platform }); i >= 0 {
		last[0].Summary = all[i].Summary.Plus(last[0].Summary)
		all = slices.Delete(all, i, i+1)
	}
	return append(last, all...), nil
}

// watched joins what came of canaries to one error.
func watched(errs map[string]error) error {
	return errors.Join(slices.Collect(maps.Values(errs))...)
}

// stacksOf returns roots without the platform.
func stacksOf(roots []string) []string {
	return slices.DeleteFunc(slices.Clone(roots), func(n string) bool { return n == pipeline.Platform })
}

// groups splits roots into those that must be applied before the others.
func groups(names []string) [][]string {
	if i := slices.Index(names, pipeline.Platform); i >= 0 && len(names) > 1 {
		return [][]string{{pipeline.Platform}, slices.Delete(slices.Clone(names), i, i+1)}
	}
	return [][]string{names}
}

func (a *app) applyPlans(ctx context.Context, d *pipeline.Deployment, r *progress.Reporter, planned []deploy.Planned, approved bool) error {
	changed := slices.DeleteFunc(slices.Clone(planned), func(p deploy.Planned) bool { return !p.Changes })
	if len(changed) == 0 {
		return d.ApplyPlans(ctx, planned) // which records from which commit they are unchanged
	}
	if err := d.CheckDestroy(ctx, changed...); err != nil {
		return err
	}
	if !approved {
		if err := a.ask(r, d.Env.Name, changed); err != nil {
			return err
		}
	}
	settled, err := d.Settle(ctx, planned)
	if err != nil {
		return err
	}
	return d.ApplyPlans(ctx, settled)
}

// ask shows what would change, by its address where it is destroyed or replaced,
// and wants a "yes" for it.
func (a *app) ask(r *progress.Reporter, env string, changed []deploy.Planned) error {
	for _, p := range changed {
		r.Note("%s: %s", p.Root.Name, p.Summary)
		for _, c := range p.Summary.Resources {
			if c.Action == "delete" || c.Action == "replace" {
				r.Note("  %s", c)
			}
		}
	}
	fmt.Fprintf(a.stderr, "Apply this to %s? Only \"yes\" is taken: ", env)
	answer, _ := bufio.NewReader(a.stdin).ReadString('\n')
	if strings.TrimSpace(answer) == "yes" {
		return nil
	}
	return usage("nothing was applied to "+env, "answer yes, or use --auto-approve where nobody can")
}
