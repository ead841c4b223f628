package local

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// UpOptions are the choices of Up.
type UpOptions struct {
	// AllowDestroy names resources, by address or by name on AWS, that may be
	// destroyed or replaced although they hold data or an address.
	AllowDestroy []string
	// All asks Terraform about roots that are proven unchanged as well.
	All bool
}

// Up brings the environment up: it starts PostgreSQL and the local cloud, runs
// the migrations, generates, builds, and applies the platform and the stacks.
// It may be called again at any time, also after it was interrupted: then it
// changes what has changed. The status tells what it did to each stack. Errors
// that a user can correct are diag.Diagnostics.
func (e *Environment) Up(ctx context.Context, r *progress.Reporter, o UpOptions) (Status, error) {
	unlock, err := e.Lock(ctx, r)
	if err != nil {
		return Status{}, err
	}
	defer unlock()
	u := &upRun{Environment: e, report: r, deploy: e.Deployment(r), urls: map[names.Store]string{}}
	u.deploy.AllowDestroy, u.deploy.All = o.AllowDestroy, o.All
	defer u.deploy.Close() // before another command gets the lock
	plans, err := u.run(ctx)
	if err != nil {
		return Status{}, err
	}
	s, err := e.status(u.model)
	s.addChanges(plans)
	return s, err
}

// upRun is one run of Up.
type upRun struct {
	*Environment
	report *progress.Reporter
	deploy *pipeline.Deployment
	model  model.Model
	urls   map[names.Store]string // of the databases
	// removed are stacks that are deployed and no longer in the module.
	removed []string
}

func (u *upRun) run(ctx context.Context) ([]deploy.Planned, error) {
	for _, step := range []func(context.Context) error{u.generate, u.build, u.startDatabase, u.migrate, u.startAnalytics, u.startCloud, u.writeAWSConfig, u.describe, u.prepare} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return u.apply(ctx)
}

func (u *upRun) startDatabase(ctx context.Context) error {
	u.urls[names.Database] = u.databaseURL
	if u.databaseURL != "" {
		return u.findReplica(ctx, nil)
	}
	if !needsDatabase(u.project, u.model) {
		return nil
	}
	task := u.report.Start("postgres")
	server, err := postgres.Start(ctx, u.postgresOptions())
	if err != nil {
		task.Fail()
		return err
	}
	u.urls[names.Database] = server.URL()
	task.Done("process %d", server.PID())
	return u.findReplica(ctx, server)
}

// needsDatabase reports whether a function uses the database, or there are
// migrations to run.
func needsDatabase(p project.Project, m model.Model) bool {
	if use.Database(m) {
		return true
	}
	_, err := os.Stat(p.Migrations())
	return !errors.Is(err, fs.ErrNotExist) // what cannot be looked at is an error of the migration
}

func (u *upRun) migrate(ctx context.Context) error {
	if u.urls[names.Database] == "" {
		return nil
	}
	db, err := database.FromURL(u.urls[names.Database])
	if err != nil {
		return err
	}
	_, err = pipeline.Migrate(ctx, u.report, u.project, db)
	return err
}

func (u *upRun) startCloud(ctx context.Context) error {
	if u.foreign != "" {
		return nil
	}
	task := u.report.Start("local cloud")
	moved, err := u.cloud.StartAnywhere(ctx, u.forced)
	task.Close(err, "%s", u.Endpoint())
	if moved != 0 && err == nil {
		u.report.Note("port %d is taken by another program: the local cloud of this checkout is on port %d, and stays there", moved, u.cloud.Port)
	}
	return err
}

// writeAWSConfig writes the file that names this checkout's cloud, so that a
// plain terraform plans against it and no other.
func (u *upRun) writeAWSConfig(context.Context) error {
	u.deploy.Environ = u.terraformEnv() // the port may have been chosen just now
	return WriteAWSConfig(u.project.Path(names.LocalConfig), u.Endpoint(), u.config.Region, u.accessKey())
}

func (u *upRun) generate(ctx context.Context) error {
	g, err := pipeline.GenerateWithProgress(ctx, u.report, u.project, false)
	u.model = g.Model
	return err
}

func (u *upRun) build(ctx context.Context) error {
	if _, err := pipeline.BuildWithProgress(ctx, u.report, u.project, u.model, u.config, nil); err != nil {
		return err
	}
	return u.deploy.Pin(ctx, pipeline.StackNames(u.model))
}

func (u *upRun) prepare(ctx context.Context) (err error) {
	if u.removed, err = u.findRemoved(); err != nil {
		return err
	}
	return u.deploy.Prepare(ctx, slices.Concat([]string{pipeline.Platform}, pipeline.StackNames(u.model), u.removed))
}

// apply applies the platform, then the stacks that stand on it, in the place of
// those that are gone.
func (u *upRun) apply(ctx context.Context) ([]deploy.Planned, error) {
	platform, kept, err := u.applyPlatform(ctx)
	if err != nil {
		return nil, err
	}
	if err := u.putSecrets(ctx); err != nil {
		return nil, err
	}
	if err := u.deploy.Upload(ctx, pipeline.StackNames(u.model)); err != nil {
		return nil, err
	}
	stacks, err := u.applyStacks(ctx)
	if err == nil && kept {
		var p deploy.Planned
		p, err = u.deploy.FinishPlatform(ctx, platform)
		platform = []deploy.Planned{p}
	}
	return append(platform, stacks...), err
}

// applyPlatform applies the platform, but for authorizers that are to go once no route
// has them any more; kept says that there are any.
func (u *upRun) applyPlatform(ctx context.Context) (plans []deploy.Planned, kept bool, err error) {
	plans, err = u.deploy.Plan(ctx, []string{pipeline.Platform}, deploy.PlanOptions{})
	if err != nil {
		return nil, false, err
	}
	if plans, kept, err = u.deploy.KeepAuthorizers(ctx, plans); err != nil {
		return nil, false, err
	}
	return plans, kept, u.deploy.ApplyPlans(ctx, plans)
}

// applyStacks plans the stacks and those that are gone, settles what moves
// between them, and then destroys the latter, so that their names are free.
func (u *upRun) applyStacks(ctx context.Context) ([]deploy.Planned, error) {
	stacks, err := u.deploy.Plan(ctx, pipeline.StackNames(u.model), deploy.PlanOptions{})
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
