package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
)

func (a *app) migrateCommand() *cobra.Command {
	var env string
	var check bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Run the migrations that an environment's database lacks",
		Long: `migrate brings the schema of an environment's database up to date with the SQL files
in the migrations' folder, in their order. It finds the database in the platform's
secret, as its "owner" where the secret names one, and goes through the environment's
tunnel where seastack.hcl has one. Two that run at once wait for each other. So it does
with the analytics store, where the folder of its migrations has any; their names begin
with analytics/.

A deploy runs it before it applies: a migration must leave what runs now working.
With --check it changes nothing; the exit code is 1 when migrations are missing.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.migrate(cmd.Context(), env, check) },
	}
	cmd.Flags().StringVar(&env, "env", config.Local, "environment, as in seastack.hcl")
	cmd.Flags().BoolVar(&check, "check", false, "tell which migrations are missing, and run none")
	return cmd
}

// migrated is the JSON of `migrate`.
type migrated struct {
	Environment string   `json:"environment"`
	Ran         []string `json:"ran"`
	Pending     []string `json:"pending"`
}

func (a *app) migrate(ctx context.Context, name string, check bool) error {
	p, env, err := a.environment(name)
	if err != nil {
		return err
	}
	if env.IsLocal() {
		return usage("the migrations of local are run by up", "run: seastack up")
	}
	r := a.progress()
	defer r.Stop()
	d := onAWS(p, env, r)
	out := migrated{Environment: name, Ran: []string{}, Pending: []string{}}
	if check {
		pending, err := d.Pending(ctx)
		if err != nil {
			return err
		}
		out.Pending = append(out.Pending, pending...)
	} else {
		ran, err := d.Migrate(ctx)
		if err != nil {
			return err
		}
		out.Ran = append(out.Ran, ran...)
	}
	r.Stop()
	if err := a.printMigrated(out, check); err != nil {
		return err
	}
	if len(out.Pending) > 0 {
		return errFindings
	}
	return nil
}

func (a *app) printMigrated(m migrated, check bool) error {
	if a.json {
		return a.printJSON(m)
	}
	for _, name := range append(m.Ran, m.Pending...) {
		fmt.Fprintln(a.stdout, name)
	}
	verb, n := "run", len(m.Ran)
	if check {
		verb, n = "pending", len(m.Pending)
	}
	_, err := fmt.Fprintf(a.stdout, "%d migrations %s\n", n, verb)
	return err
}
