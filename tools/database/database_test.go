package database

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// TestMigrate runs what is new, once; one that fails is named, undone, and run
// again when it is corrected.
func TestMigrate(t *testing.T) {
	url, dir := dbtest.URL(t), t.TempDir()
	migrate := func(wantErr string, want ...string) {
		t.Helper()
		ran, err := migrateURL(t, url, dir)
		if diff := cmp.Diff(want, ran); diff != "" {
			t.Errorf("ran (-want +got):\n%s", diff)
		}
		if wantErr == "" && err != nil || wantErr != "" && (err == nil || err.Error() != wantErr) {
			t.Errorf("got %v\nwant %s", err, wantErr)
		}
	}
	add := func(name, statements string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("-- +goose Up\n"+statements+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	migrate("") // an empty folder
	add("90001_one.sql", "CREATE TABLE one (id int);")
	migrate("", "90001_one.sql")
	migrate("")
	add("90002_two.sql", "CREATE TABLE two (id int);\nCREATE TABEL three (id int);")
	migrate(`90002_two.sql: SEA5014: the migration fails: ERROR: syntax error at or near "TABEL" (SQLSTATE 42601)
    next: correct it and run the command again; those before it have run, and it has not`)
	add("90002_two.sql", "CREATE TABLE two (id int);")
	migrate("", "90002_two.sql")
}

// migrateURL migrates the database that a URL names.
func migrateURL(t *testing.T, url, dir string) ([]string, error) {
	d, err := FromURL(url)
	if err != nil {
		return nil, err
	}
	return d.Migrate(t.Context(), dir)
}

func TestMigrateWithoutFolder(t *testing.T) {
	if ran, err := migrateURL(t, "postgres://nobody@127.0.0.1:1/x", filepath.Join(t.TempDir(), "none")); ran != nil || err != nil {
		t.Errorf("ran %v, %v", ran, err)
	}
}

func TestMigrateWithoutDatabase(t *testing.T) {
	for _, url := range []string{"postgres://me:hunter2@127.0.0.1:1/x", "postgres://me:hunter2@[bad/x"} {
		_, err := migrateURL(t, url, t.TempDir())
		if err == nil || !strings.HasPrefix(err.Error(), "SEA5013: the database cannot be used\n    ") || !strings.Contains(err.Error(), "next: see to it that DATABASE_URL is right") {
			t.Errorf("got %v", err)
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password is told: %v", err)
		}
	}
}

// TestPutSecret writes a version only when the address is another.
func TestPutSecret(t *testing.T) {
	cfg := cloudtest.AWSConfig(t, cloudtest.Start(t))
	client := secretsmanager.NewFromConfig(cfg)
	made, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("database")})
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]bool{}
	for _, url := range []string{"postgres://a", "postgres://a", "postgres://b"} {
		if err := PutSecret(t.Context(), cfg, *made.ARN, url); err != nil {
			t.Fatal(err)
		}
		value, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: made.ARN})
		if err != nil || aws.ToString(value.SecretString) != `{"primary":"`+url+`"}` {
			t.Errorf("%s: got %s, %v", url, aws.ToString(value.SecretString), err)
		}
		versions[aws.ToString(value.VersionId)] = true
	}
	if len(versions) != 2 {
		t.Errorf("%d versions of two values", len(versions))
	}
	if err := PutSecret(t.Context(), cfg, *made.ARN+"x", "postgres://a"); err == nil {
		t.Error("a secret that is not there is written")
	}
}
