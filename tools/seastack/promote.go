package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
)

func (a *app) promoteCommand() *cobra.Command {
	var f promoteFlags
	cmd := &cobra.Command{
		Use:   "promote --from ENV --to ENV",
		Short: "Bring what one environment runs to another, with the same zips",
		Long: `promote deploys to one environment the zips that another one has, without a build:
they have the same digests. The configuration is that of the checkout, which must be
of the commit that is deployed there. It shows each plan and asks, as apply does.

With --out it plans and applies nothing: "seastack comment DIR" shows the plans, and
"seastack apply DIR" applies them. The exit code is then that of plan.`,
		Example: "  seastack promote --from staging --to production\n  seastack promote --from staging --to production --out plan",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.promote(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.from, "from", "", "environment to take the zips from")
	cmd.Flags().StringVar(&f.to, "to", "", "environment to deploy to")
	cmd.Flags().StringArrayVar(&f.stacks, "stack", nil, "promote only this stack (repeatable)")
	cmd.Flags().BoolVar(&f.approve, "auto-approve", false, "do not ask")
	cmd.Flags().StringVar(&f.out, "out", "", "keep the plans and a report in this folder, and apply nothing")
	a.addAllowDestroy(cmd, &f.allow)
	return cmd
}

type promoteFlags struct {
	from, to, out string
	stacks, allow []string
	approve       bool
}

func (a *app) promote(ctx context.Context, f promoteFlags) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	if f.from == "" || f.to == "" || f.from == f.to || f.from == config.Local || f.to == config.Local {
		return usage("promote needs two environments on AWS", "name them as in --from staging --to production")
	}
	source, err := p.Config.Environment(f.from)
	if err != nil {
		return err
	}
	target, err := p.Config.Environment(f.to)
	if err != nil {
		return err
	}
	r := a.progress()
	defer r.Stop()
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return err
	}
	names, err := selectRoots(pipeline.StackNames(m), f.stacks)
	if err != nil {
		return err
	}
	d := onAWS(p, target, r)
	defer d.Close()
	d.AllowDestroy = f.allow
	// The platform first: it has the bucket that the zips are copied to.
	groups := groups(names)
	if groups[0][0] == pipeline.Platform && f.out == "" {
		if err := d.Prepare(ctx, groups[0]); err != nil {
			return err
		}
		if err := a.applyRoots(ctx, d, r, groups[0], f.approve); err != nil {
			return err
		}
	}
	promoted := stacksOf(names)
	if err := d.Promote(ctx, onAWS(p, source, r), m, promoted); err != nil {
		return err
	}
	if err := d.Canary(ctx, promoted); err != nil {
		return err
	}
	if err := d.Prepare(ctx, names); err != nil {
		return err
	}
	if f.out != "" {
		return a.planPromotion(ctx, d, r, names, f)
	}
	return a.applyRoots(ctx, d, r, promoted, f.approve)
}

// planPromotion keeps the plans of a promotion, to be reviewed.
func (a *app) planPromotion(ctx context.Context, d *pipeline.Deployment, r *progress.Reporter, names []string, f promoteFlags) error {
	report, outcomes, err := a.planned(ctx, d, names, rootFlags{env: f.to}, planFlags{out: f.out, from: f.from})
	if err != nil {
		return err
	}
	r.Stop()
	if err := a.printReport(report, outcomes); err != nil {
		return err
	}
	return concluded(report, outcomes)
}
