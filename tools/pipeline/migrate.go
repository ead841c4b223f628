package pipeline

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// Migrate runs the migrations that a database lacks, and returns their names.
func Migrate(ctx context.Context, r *progress.Reporter, p project.Project, db database.Database) ([]string, error) {
	task := r.Start("migrations")
	ran, err := db.Migrate(ctx, p.Migrations())
	task.Close(err, "%d run", len(ran))
	return ran, inFolder(p, err)
}

// inFolder names the file of a migration from the module's root.
func inFolder(p project.Project, err error) error {
	var failed diag.Diagnostic
	if errors.As(err, &failed) && failed.File != "" {
		failed.File = path.Join(p.Config.Folders.Migrations, failed.File)
		return failed
	}
	return err
}

// DatabaseSecret returns the name of the secret that an environment's functions
// read the database's URL from, as the platform's module gives it.
func (d *Deployment) DatabaseSecret() string {
	return d.shared("database")
}

// Database returns the environment's database, as its owner, through its tunnel
// where it has one. The caller ends the tunnel with stop.
func (d *Deployment) Database(ctx context.Context) (db database.Database, stop func(), err error) {
	cfg, err := d.AWS(ctx)
	if err != nil {
		return db, nil, err
	}
	if db, err = database.FromSecret(ctx, cfg, d.DatabaseSecret()); err != nil {
		return db, nil, err
	}
	return db.Through(ctx, d.Env.Tunnel)
}

// Migrate runs the migrations that the environment's database lacks, and records
// which it has then.
func (d *Deployment) Migrate(ctx context.Context) ([]string, error) {
	db, stop, err := d.Database(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	ran, err := Migrate(ctx, d.Report, d.Project, db)
	if err != nil {
		return ran, err
	}
	return ran, d.recordMigrated(ctx)
}

func (d *Deployment) recordMigrated(ctx context.Context) error {
	records, err := d.records(ctx)
	if err != nil {
		return err
	}
	files, err := migrationNames(d.Project)
	if err != nil {
		return err
	}
	m := change.Migrated{Names: files, Time: time.Now().UTC().Truncate(time.Second), By: deployer()}
	m.Commit, _ = change.Commit(ctx, d.Project.Root, os.Environ())
	return change.WriteMigrated(ctx, records, m)
}

// MigrationsAhead returns the names of the migrations that are not recorded as run:
// those that a deploy of this checkout runs. It asks no database.
func (d *Deployment) MigrationsAhead(ctx context.Context) (ahead []string, err error) {
	files, err := migrationNames(d.Project)
	if err != nil || len(files) == 0 {
		return nil, err
	}
	records, err := d.records(ctx)
	if err != nil {
		return nil, err
	}
	m, err := change.ReadMigrated(ctx, records)
	return slices.DeleteFunc(files, func(name string) bool { return slices.Contains(m.Names, name) }), err
}

// migrationNames returns the names of the files of migrations, in their order.
func migrationNames(p project.Project) (all []string, err error) {
	found, err := filepath.Glob(filepath.Join(p.Migrations(), "*.sql"))
	for _, file := range found {
		all = append(all, filepath.Base(file))
	}
	return all, err
}
