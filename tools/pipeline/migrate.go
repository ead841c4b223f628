package pipeline

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// Schema is a database of an environment that has migrations.
type Schema struct {
	Store  names.Store // whose secret names the database
	Folder string      // of the migrations, from the module's root
	Prefix string      // before the names of the migrations, where all are told
}

// primarySchema returns that of the database.
func primarySchema(p project.Project) Schema {
	return Schema{Store: names.Database, Folder: p.Config.Folders.Migrations}
}

// AnalyticsSchema returns that of the analytics store.
func AnalyticsSchema(p project.Project) Schema {
	return Schema{Store: names.Analytics, Folder: p.Config.Folders.AnalyticsMigrations, Prefix: "analytics/"}
}

// Schemas returns the databases that a command migrates: the analytics store where
// its folder has migrations.
func Schemas(p project.Project) ([]Schema, error) {
	all := []Schema{primarySchema(p)}
	analytics := AnalyticsSchema(p)
	files, err := analytics.files(p)
	if len(files) > 0 {
		all = append(all, analytics)
	}
	return all, err
}

// files returns the names of the migrations, with the prefix, in their order.
func (s Schema) files(p project.Project) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(p.Path(s.Folder), "*.sql"))
	for i, file := range found {
		found[i] = filepath.Base(file)
	}
	return s.prefixed(found), err
}

func (s Schema) prefixed(files []string) (all []string) {
	for _, file := range files {
		all = append(all, s.Prefix+file)
	}
	return all
}

// Migrate runs the migrations that the database lacks, and returns their names.
func Migrate(ctx context.Context, r *progress.Reporter, p project.Project, db database.Database) ([]string, error) {
	return primarySchema(p).Migrate(ctx, r, p, db)
}

// Migrate runs the migrations that a database of the schema lacks, and returns their
// names.
func (s Schema) Migrate(ctx context.Context, r *progress.Reporter, p project.Project, db database.Database) ([]string, error) {
	task := r.Start(cmp.Or(strings.TrimSuffix(s.Prefix, "/"), "migrations"))
	ran, err := db.Migrate(ctx, p.Path(s.Folder))
	task.Close(err, "%d run", len(ran))
	return s.prefixed(ran), s.inFolder(err)
}

// inFolder names the file of a migration from the module's root.
func (s Schema) inFolder(err error) error {
	var failed diag.Diagnostic
	if errors.As(err, &failed) && failed.File != "" {
		failed.File = path.Join(s.Folder, failed.File)
		return failed
	}
	return err
}

// Secret returns the name of the secret that an environment's functions read URLs of
// a database from, as the platform's module gives it.
func (d *Deployment) Secret(s names.Store) string { return d.shared(s.Secret) }

// Database returns a database of the environment, as its owner, through the
// environment's tunnel where it has one. The caller ends the tunnel with stop.
func (d *Deployment) Database(ctx context.Context, s Schema) (db database.Database, stop func(), err error) {
	cfg, err := d.AWS(ctx)
	if err != nil {
		return db, nil, err
	}
	if db, err = database.FromSecret(ctx, cfg, d.Secret(s.Store), s.Store); err != nil {
		return db, nil, err
	}
	return db.Through(ctx, d.Env.Tunnel)
}

// Pending returns the names of the migrations that the environment's databases lack.
func (d *Deployment) Pending(ctx context.Context) (pending []string, err error) {
	err = d.eachSchema(ctx, func(s Schema, db database.Database) error {
		lacking, err := db.Pending(ctx, d.Project.Path(s.Folder))
		pending = append(pending, s.prefixed(lacking)...)
		return err
	})
	return pending, err
}

// eachSchema calls f with each database of the environment that has migrations.
func (d *Deployment) eachSchema(ctx context.Context, f func(Schema, database.Database) error) error {
	schemas, err := Schemas(d.Project)
	if err != nil {
		return err
	}
	for _, s := range schemas {
		db, stop, err := d.Database(ctx, s)
		if err != nil {
			return err
		}
		err = f(s, db)
		stop()
		if err != nil {
			return err
		}
	}
	return nil
}

// Migrate runs the migrations that the environment's databases lack, and records
// which they have then.
func (d *Deployment) Migrate(ctx context.Context) (ran []string, err error) {
	err = d.eachSchema(ctx, func(s Schema, db database.Database) error {
		more, err := s.Migrate(ctx, d.Report, d.Project, db)
		ran = append(ran, more...)
		return err
	})
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

// migrationNames returns the names of all migrations, in their order.
func migrationNames(p project.Project) (all []string, err error) {
	schemas, err := Schemas(p)
	for _, s := range schemas {
		files, failure := s.files(p)
		all, err = append(all, files...), errors.Join(err, failure)
	}
	return all, err
}
