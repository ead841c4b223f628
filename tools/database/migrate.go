package database

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/seastack/seastack/gen/diag"
)

// Migrate brings the database's schema up to date with the SQL files in dir,
// and returns the names of the migrations that it has run. A folder that is not
// there has no migrations. Two that migrate at once wait for each other. Errors that
// a user can correct are diag.Diagnostics; the file of a migration that failed is
// named from dir.
func (d Database) Migrate(ctx context.Context, dir string) (ran []string, err error) {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	pool := d.open()
	defer pool.Close()
	if err := pool.PingContext(ctx); err != nil {
		return nil, d.unreachable(err)
	}
	provider, err := newProvider(pool, dir)
	if provider == nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	for _, r := range results {
		ran = append(ran, r.Source.Path)
	}
	return ran, migrationFailure(err)
}

// newProvider returns goose's provider of the migrations in dir; nil where there
// are none.
func newProvider(pool *sql.DB, dir string) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, pool, os.DirFS(dir), goose.WithSessionLocker(locker))
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil, nil
	}
	if err != nil {
		return nil, brokenOrder(dir, err)
	}
	return provider, nil
}

// Pending returns the names of the migrations in dir that the database lacks, in
// their order, and changes nothing.
func (d Database) Pending(ctx context.Context, dir string) (names []string, err error) {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	pool := d.open()
	defer pool.Close()
	ran, err := versions(ctx, pool)
	if err != nil {
		return nil, d.unreachable(err)
	}
	provider, err := newProvider(pool, dir)
	if provider == nil {
		return nil, err
	}
	for _, s := range provider.ListSources() {
		if !slices.Contains(ran, s.Version) {
			names = append(names, s.Path)
		}
	}
	return names, nil
}

// versions returns the versions that goose's table has.
func versions(ctx context.Context, pool *sql.DB) (all []int64, err error) {
	var exists bool
	if err := pool.QueryRowContext(ctx, "SELECT to_regclass($1) IS NOT NULL", goose.DefaultTablename).Scan(&exists); err != nil || !exists {
		return nil, err
	}
	rows, err := pool.QueryContext(ctx, "SELECT version_id FROM "+goose.DefaultTablename+" WHERE is_applied")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v int64
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// brokenOrder tells that the migrations' files have no order that goose can run
// them in: two of one version, or one without a version.
func brokenOrder(dir string, err error) error {
	return diag.Diagnostic{
		Code: diag.MigrationOrder, File: filepath.ToSlash(dir), Message: "the migrations have no order: " + err.Error(),
		Next: "give each file a version of its own, as in 00004_offers.sql; one that has not been deployed may get a new number",
	}
}

// migrationFailure names the file that failed, from the migrations' folder.
func migrationFailure(err error) error {
	var partial *goose.PartialError
	if !errors.As(err, &partial) {
		return missingMigration(err)
	}
	return diag.Diagnostic{
		Code: diag.MigrationFailed, File: partial.Failed.Source.Path, Message: "the migration fails: " + partial.Err.Error(),
		Next: "correct it and run the command again; those before it have run, and it has not",
	}
}

// missingMigration tells of a file with a version below the database's own that
// has not run, for example after a merge. goose has no type for that error.
func missingMigration(err error) error {
	if err == nil || !strings.Contains(err.Error(), "missing (out-of-order) migration") {
		return err
	}
	return diag.Diagnostic{
		Code: diag.MigrationMissing, Message: "migrations are missing in the database: " + err.Error(),
		Next: "give the file a version above the last one that has run, and run the command again",
	}
}
