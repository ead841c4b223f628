package database

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// TestMigrationsWithoutOrder runs migrations of which nothing says when they
// run: two of one version, and one that has come after a later one ran.
func TestMigrationsWithoutOrder(t *testing.T) {
	for _, c := range []struct{ before, added, code string }{
		{"90001_one.sql", "90001_other.sql", diag.MigrationOrder},
		{"90002_two.sql", "90001_one.sql", diag.MigrationMissing},
	} {
		url, dir := dbtest.URL(t), t.TempDir()
		write := func(name, table string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("-- +goose Up\nCREATE TABLE "+table+" (id int);\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		write(c.before, "a")
		if _, err := migrateURL(t, url, dir); err != nil {
			t.Fatal(err)
		}
		write(c.added, "b")
		_, err := migrateURL(t, url, dir)
		var d diag.Diagnostic
		if !errors.As(err, &d) || d.Code != c.code || d.Next == "" {
			t.Errorf("%s after %s: %v, want %s", c.added, c.before, err, c.code)
		}
	}
}
