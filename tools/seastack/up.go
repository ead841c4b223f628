package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

func (a *app) upCommand() *cobra.Command {
	var allow []string
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Bring the whole monolith up on this machine",
		Long: `up starts PostgreSQL and the local cloud, runs the migrations, generates, builds,
and applies platform and stacks with Terraform. Run again, it changes only what
has changed; interrupted at any moment, it can be run again.

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
			l, err := newLaptop(p)
			if err != nil {
				return err
			}
			return a.up(cmd.Context(), l, allow)
		},
	}
	a.addAllowDestroy(cmd, &allow)
	return cmd
}

// up is one run of `seastack up`.
type up struct {
	laptop
	report *progress.Reporter
	deploy *pipeline.Deployment
	model  model.Model
	dbURL  string
	// removed are stacks that are deployed and no longer in the module.
	removed []string
}

func (a *app) up(ctx context.Context, l laptop, allow []string) error {
	r := a.progress()
	defer r.Stop()
	unlock, err := l.lock(ctx, r)
	if err != nil {
		return err
	}
	defer unlock()
	u := &up{laptop: l, report: r, deploy: l.deployment(r)}
	u.deploy.AllowDestroy = allow
	plans, err := u.run(ctx)
	if err != nil {
		return err
	}
	r.Stop()
	s, err := a.status(ctx, u.laptop, u.model)
	if err != nil {
		return err
	}
	s.addChanges(plans)
	return a.printStatus(s)
}

func (u *up) run(ctx context.Context) ([]deploy.Planned, error) {
	for _, step := range []func(context.Context) error{u.generate, u.build, u.startDatabase, u.migrate, u.startCloud, u.nameCloud, u.prepare} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return u.apply(ctx)
}

func (u *up) startDatabase(ctx context.Context) error {
	if u.dbURL = os.Getenv("DATABASE_URL"); u.dbURL != "" || !needsDatabase(u.project, u.model) {
		return nil
	}
	task := u.report.Start("postgres")
	server, err := postgres.Start(ctx, u.postgresOptions())
	if err != nil {
		task.Fail()
		return err
	}
	u.dbURL = server.URL()
	task.Done("process %d", server.PID())
	return nil
}

// needsDatabase says whether a function uses the database, or there is one to migrate.
func needsDatabase(p project.Project, m model.Model) bool {
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			if slices.ContainsFunc(f.Grants, func(g model.Grant) bool { return g.Kind == model.DatabaseGrant }) {
				return true
			}
		}
	}
	_, err := os.Stat(migrations(p))
	return !errors.Is(err, fs.ErrNotExist) // what cannot be looked at is an error of the migration
}

func migrations(p project.Project) string { return p.Path(p.Config.Folders.Migrations) }

func (u *up) migrate(ctx context.Context) error {
	if u.dbURL == "" {
		return nil
	}
	task := u.report.Start("migrations")
	ran, err := local.Migrate(ctx, u.dbURL, migrations(u.project))
	task.Close(err, "%d run", len(ran))
	var failed diag.Diagnostic
	if errors.As(err, &failed) && failed.File != "" {
		failed.File = path.Join(u.project.Config.Folders.Migrations, failed.File)
		return failed
	}
	return err
}

func (u *up) startCloud(ctx context.Context) error {
	if u.foreign != "" {
		return nil
	}
	task := u.report.Start("local cloud")
	moved, err := u.cloud.StartAnywhere(ctx, u.forced)
	task.Close(err, "%s", u.endpoint())
	if moved != 0 && err == nil {
		u.report.Note("port %d is taken by another program: the local cloud of this checkout is on port %d, and stays there", moved, u.cloud.Port)
	}
	return err
}

// nameCloud writes down which cloud this checkout's roots are for, so that a
// plain terraform plans against it and no other.
func (u *up) nameCloud(context.Context) error {
	u.deploy.Environ = u.terraformEnv() // the port may have been chosen just now
	return local.WriteAWSConfig(u.project.Path(names.LocalConfig), u.endpoint(), u.accessKey())
}

func (u *up) generate(ctx context.Context) error {
	g, err := generateWithProgress(ctx, u.report, u.project, false)
	u.model = g.Model
	return err
}

func (u *up) build(ctx context.Context) error {
	_, err := buildWithProgress(ctx, u.report, u.project, u.model, u.env, nil)
	return err
}

func (u *up) prepare(ctx context.Context) (err error) {
	if u.removed, err = u.findRemoved(); err != nil {
		return err
	}
	return u.deploy.Prepare(ctx, slices.Concat([]string{pipeline.Platform}, stackNames(u.model), u.removed))
}

// apply applies the platform, then the stacks that stand on it, in the place of
// those that are gone.
func (u *up) apply(ctx context.Context) ([]deploy.Planned, error) {
	platform, err := u.deploy.Apply(ctx, []string{pipeline.Platform}, deploy.PlanOptions{})
	if err != nil {
		return nil, err
	}
	if err := u.putSecret(ctx); err != nil {
		return nil, err
	}
	stacks, err := u.applyStacks(ctx)
	return append(platform, stacks...), err
}

// applyStacks plans the stacks and those that are gone, settles what moves
// between them, and then destroys the latter, so that their names are free.
func (u *up) applyStacks(ctx context.Context) ([]deploy.Planned, error) {
	stacks, err := u.deploy.Plan(ctx, stackNames(u.model), deploy.PlanOptions{})
	if err != nil {
		return nil, err
	}
	gone, err := u.deploy.Plan(ctx, u.removed, deploy.PlanOptions{Destroy: true})
	if err != nil {
		return nil, err
	}
	all, err := u.deploy.Settle(ctx, slices.Concat(gone, stacks))
	if err != nil {
		return nil, err
	}
	gone, stacks = all[:len(gone)], all[len(gone):]
	if err := u.deploy.ApplyPlans(ctx, gone); err != nil {
		return nil, err
	}
	if err := u.forgetRemoved(); err != nil {
		return nil, err
	}
	return stacks, u.deploy.ApplyPlans(ctx, stacks)
}

// putSecret gives the functions their database; a monolith may have none.
func (u *up) putSecret(ctx context.Context) error {
	outputs, err := u.deploy.Outputs(ctx, pipeline.Platform)
	if err != nil || outputs["database_secret_arn"] == nil {
		return err
	}
	var arn string
	if err := json.Unmarshal(outputs["database_secret_arn"], &arn); err != nil || arn == "" {
		return err
	}
	cfg, err := u.awsConfig(ctx)
	if err != nil {
		return err
	}
	return local.PutDatabaseSecret(ctx, cfg, arn, u.dbURL)
}

func stackNames(m model.Model) []string {
	names := make([]string, len(m.Stacks))
	for i, s := range m.Stacks {
		names[i] = s.Name
	}
	return names
}
