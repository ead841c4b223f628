package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/local"
)

func (a *app) downCommand() *cobra.Command {
	var purge bool
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Stop what up has started on this machine",
		Long: `down stops the local cloud, its functions and PostgreSQL. Their data stays for the
next up; --purge removes it too, with the Terraform state of the environment, and
tells what that was.`,
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
			return a.down(cmd.Context(), e, purge)
		},
	}
	cmd.Flags().BoolVar(&purge, "purge", false, "remove the data and the state of the environment local")
	return cmd
}

func (a *app) down(ctx context.Context, e *local.Environment, purge bool) error {
	stopped, err := e.Down(ctx, a.progress(), purge)
	if err != nil {
		return err
	}
	return a.printStopped(stopped)
}

func (a *app) printStopped(s local.Stopped) error {
	if a.json {
		return a.printJSON(s)
	}
	if len(s.Stopped) == 0 {
		fmt.Fprintln(a.stdout, "nothing was running")
	}
	for _, name := range s.Stopped {
		fmt.Fprintf(a.stdout, "stopped %s\n", name)
	}
	if s.Purged {
		fmt.Fprintln(a.stdout, "removed its data and state")
		for _, what := range s.Lost {
			fmt.Fprintf(a.stdout, "  with %s\n", what)
		}
	}
	return nil
}
