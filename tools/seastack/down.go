package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/postgres"
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
			l, err := newLaptop(p)
			if err != nil {
				return err
			}
			return a.down(cmd.Context(), l, purge)
		},
	}
	cmd.Flags().BoolVar(&purge, "purge", false, "remove the data and the state of the environment local")
	return cmd
}

func (a *app) down(ctx context.Context, l laptop, purge bool) error {
	unlock, err := l.lock(ctx, a.progress())
	if err != nil {
		return err
	}
	defer unlock()
	stopped, err := l.stop(ctx)
	if err != nil {
		return err
	}
	lost := []string{}
	if purge {
		lost = append(lost, l.loss()...)
		if err := l.purge(ctx); err != nil {
			return err
		}
	}
	return a.printStopped(stopped, purge, lost)
}

// stop ends what runs, and gives the names of it. One that does not end does not
// keep the other running.
func (l laptop) stop(ctx context.Context) (stopped []string, err error) {
	stopped = []string{}
	ran, cloudErr := l.cloud.Stop(ctx)
	if ran && cloudErr == nil {
		stopped = append(stopped, "local cloud")
	}
	ran, dbErr := postgres.Stop(ctx, l.postgresOptions().Dir)
	if ran && dbErr == nil {
		stopped = append(stopped, "postgres")
	}
	return stopped, errors.Join(cloudErr, dbErr)
}

// purge removes the data.
func (l laptop) purge(ctx context.Context) error {
	if err := postgres.Remove(ctx, l.postgresOptions().Dir); err != nil {
		return err
	}
	return os.RemoveAll(l.project.Local())
}

func (a *app) printStopped(stopped []string, purge bool, lost []string) error {
	if a.json {
		return a.printJSON(map[string]any{"stopped": stopped, "purged": purge, "lost": lost})
	}
	if len(stopped) == 0 {
		fmt.Fprintln(a.stdout, "nothing was running")
	}
	for _, name := range stopped {
		fmt.Fprintf(a.stdout, "stopped %s\n", name)
	}
	if purge {
		fmt.Fprintln(a.stdout, "removed its data and state")
		for _, what := range lost {
			fmt.Fprintf(a.stdout, "  with %s\n", what)
		}
	}
	return nil
}
