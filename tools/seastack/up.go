package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/local"
)

func (a *app) upCommand() *cobra.Command {
	var options local.UpOptions
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Bring the whole monolith up on this machine",
		Long: `up starts PostgreSQL and the local cloud, runs the migrations, generates, builds,
and applies platform and stacks with Terraform. Run again, it changes only what
has changed; interrupted at any moment, it can be run again. Terraform is not asked
about a root whose files, zips, state and platform are those of its last apply, and
so does not see what was changed by hand; --all asks about everything.

What holds data or an address (queues with messages, buckets, secrets, the API) is
destroyed or replaced only when --allow-destroy names it.

Settings by environment variables:
  SEASTACK_PORT     port of the local cloud (default: where it was last, else 4566,
                    or a free one where another program has that)
  DATABASE_URL      use this PostgreSQL instead of a private one
  AWS_ENDPOINT_URL  use this AWS-compatible endpoint instead of the local cloud`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			e, err := local.Open(p)
			if err != nil {
				return err
			}
			return a.up(cmd.Context(), e, options)
		},
	}
	a.addAllowDestroy(cmd, &options.AllowDestroy)
	addAll(cmd, &options.All)
	return cmd
}

func (a *app) up(ctx context.Context, e *local.Environment, options local.UpOptions) error {
	r := a.progress()
	defer r.Stop()
	s, err := e.Up(ctx, r, options)
	if err != nil {
		return err
	}
	r.Stop()
	return a.printStatus(s)
}
