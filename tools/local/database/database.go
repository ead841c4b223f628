// Package database brings the database of the environment local up to date: its
// schema, and the secret that its functions read its URL from. It knows AWS's API
// only through the SDK.
package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"

	"github.com/seastack/seastack/gen/diag"
)

// Migrate brings the database's schema up to date with the SQL files in dir,
// and returns the names of the migrations that it has run. A folder that is not
// there has no migrations. Errors that a user can correct are diag.Diagnostics; the
// file of a migration that failed is named from dir.
func Migrate(ctx context.Context, url, dir string) (ran []string, err error) {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, unreachable(err, url)
	}
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		return nil, unreachable(err, url)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS(dir))
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil, nil
	}
	if err != nil {
		return nil, brokenOrder(dir, err)
	}
	results, err := provider.Up(ctx)
	for _, r := range results {
		ran = append(ran, r.Source.Path)
	}
	return ran, migrationFailure(err)
}

// brokenOrder tells that the migrations' files have no order that goose can run
// them in: two of one version, or one without a version.
func brokenOrder(dir string, err error) error {
	return diag.Diagnostic{
		Code: diag.MigrationOrder, File: filepath.ToSlash(dir), Message: "the migrations have no order: " + err.Error(),
		Next: "give each file a version of its own, as in 00004_offers.sql; one that has not been deployed may get a new number",
	}
}

// unreachable tells that there is no database to migrate. The password is left
// out: nothing is quoted of a URL that does not parse, since nobody can tell
// where its password ends.
func unreachable(err error, url string) error {
	d := diag.Diagnostic{Code: diag.DatabaseUnusable, Message: "the database cannot be used", Next: "see to it that DATABASE_URL is right and its server runs, or unset it to have a private server"}
	for line := range strings.Lines(withoutPassword(err, url)) {
		d.Details = append(d.Details, strings.TrimSpace(line))
	}
	return d
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

// PutSecret stores the database's URL in the secret that the functions
// read, unless it is there already. Terraform never sees it.
func PutSecret(ctx context.Context, cfg aws.Config, arn, url string) error {
	want, err := json.Marshal(map[string]string{"primary": url})
	if err != nil {
		return err
	}
	client := secretsmanager.NewFromConfig(cfg)
	have, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn})
	var none *smtypes.ResourceNotFoundException
	if err != nil && !errors.As(err, &none) {
		return err
	}
	if err == nil && aws.ToString(have.SecretString) == string(want) {
		return nil
	}
	_, err = client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &arn, SecretString: aws.String(string(want))})
	return err
}
