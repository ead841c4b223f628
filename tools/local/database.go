package local

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"

	"github.com/seastack/seastack/gen/diag"
)

// Migrate brings the database's schema up to date with the SQL files in dir,
// and gives the names of the migrations that it has run. A folder that is not
// there has no migrations. Errors that a user can mend are diag.Diagnostics, SEA5013
// and SEA5014; the latter's file is named from dir.
func Migrate(ctx context.Context, url, dir string) (ran []string, err error) {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, unreachable(err)
	}
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		return nil, unreachable(err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS(dir))
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	results, err := provider.Up(ctx)
	for _, r := range results {
		ran = append(ran, r.Source.Path)
	}
	return ran, migrationFailure(err)
}

// unreachable tells that there is no database to migrate. The driver's words leave
// the password out.
func unreachable(err error) error {
	d := diag.Diagnostic{Code: "SEA5013", Message: "the database cannot be used", Next: "see to it that DATABASE_URL is right and its server runs, or unset it to have a private server"}
	for line := range strings.Lines(err.Error()) {
		d.Details = append(d.Details, strings.TrimSpace(line))
	}
	return d
}

// migrationFailure names the file that failed, from the migrations' folder.
func migrationFailure(err error) error {
	var partial *goose.PartialError
	if !errors.As(err, &partial) {
		return err
	}
	return diag.Diagnostic{
		Code: "SEA5014", File: partial.Failed.Source.Path, Message: "the migration fails: " + partial.Err.Error(),
		Next: "correct it and run the command again; those before it have run, and it has not",
	}
}

// PutDatabaseSecret stores the database's URL in the secret that the functions
// read, unless it is there already. Terraform never sees it.
func PutDatabaseSecret(ctx context.Context, cfg aws.Config, arn, url string) error {
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
