package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/pipeline"
)

func (a *app) promoteCommand() *cobra.Command {
	var from, to string
	var stacks, allow []string
	var approve bool
	cmd := &cobra.Command{
		Use:   "promote --from ENV --to ENV",
		Short: "Bring what one environment runs to another, with the same zips",
		Long: `promote deploys to one environment the zips that another one has, without a build:
they have the same digests. The configuration is that of the checkout, which must be
of the commit that is deployed there. It shows each plan and asks, as apply does.`,
		Example: "  seastack promote --from staging --to production",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.promote(cmd.Context(), from, to, stacks, allow, approve)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "environment to take the zips from")
	cmd.Flags().StringVar(&to, "to", "", "environment to deploy to")
	cmd.Flags().StringArrayVar(&stacks, "stack", nil, "promote only this stack (repeatable)")
	cmd.Flags().BoolVar(&approve, "auto-approve", false, "do not ask")
	a.addAllowDestroy(cmd, &allow)
	return cmd
}

func (a *app) promote(ctx context.Context, from, to string, stacks, allow []string, approve bool) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	if from == "" || to == "" || from == to || from == config.Local || to == config.Local {
		return usage("promote needs two environments on AWS", "name them as in --from staging --to production")
	}
	source, err := p.Config.Environment(from)
	if err != nil {
		return err
	}
	target, err := p.Config.Environment(to)
	if err != nil {
		return err
	}
	r := a.progress()
	defer r.Stop()
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return err
	}
	names, err := selectRoots(pipeline.StackNames(m), stacks)
	if err != nil {
		return err
	}
	d := onAWS(p, target, r)
	d.AllowDestroy = allow
	// The platform first: it has the bucket that the zips are copied to.
	groups := groups(names)
	if groups[0][0] == pipeline.Platform {
		if err := d.Prepare(ctx, groups[0]); err != nil {
			return err
		}
		if err := a.applyRoots(ctx, d, r, groups[0], approve); err != nil {
			return err
		}
	}
	promoted := stacksOf(names)
	if err := d.Promote(ctx, onAWS(p, source, r), promoted); err != nil {
		return err
	}
	if err := d.Prepare(ctx, names); err != nil {
		return err
	}
	return a.applyRoots(ctx, d, r, promoted, approve)
}
