package database_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/tools/localcloud/dashboard/database"
	"github.com/seastack/seastack/tools/postgres"
)

// start starts a server as `up` does, which measures statements, and returns the URL of
// its database.
func start(t *testing.T) string {
	t.Helper()
	server, err := postgres.Start(t.Context(), postgres.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return server.URL()
}

func run(t *testing.T, url string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, s := range statements {
		if _, err := conn.Exec(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRead(t *testing.T) {
	url := start(t)
	if r, err := database.Read(t.Context(), url); err != nil || len(r.Migrations)+len(r.Tables) != 0 {
		t.Fatalf("of an empty database: %+v, %v", r, err)
	}
	run(t, url,
		`CREATE TABLE goose_db_version (version_id bigint, is_applied boolean, tstamp timestamp DEFAULT now())`,
		`INSERT INTO goose_db_version VALUES (0, true), (1, true), (2, true), (3, false)`,
		`CREATE SCHEMA shop`, `CREATE TABLE shop.orders (id int PRIMARY KEY, note text)`, `CREATE TABLE small (id int)`,
		`INSERT INTO shop.orders SELECT n, repeat('x', 100) FROM generate_series(1, 500) n`, `ANALYZE`,
		`SELECT pg_sleep(0.02)`, `SELECT pg_sleep(0.02)`,
	)
	r, err := database.Read(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Migrations) != 2 || r.Migrations[0].Version != 2 || r.Version == "" || r.Size == 0 {
		t.Errorf("%+v", r)
	}
	if len(r.Tables) != 2 || r.Tables[0].Name != "shop.orders" || r.Tables[0].Rows < 500 || r.Tables[0].Columns != 2 || r.Tables[1].Name != "small" {
		t.Errorf("tables %+v", r.Tables)
	}
	slow := false
	for _, s := range r.Statements {
		slow = slow || strings.Contains(s.Text, "pg_sleep") && s.Calls == 2 && s.Mean > 15*time.Millisecond
		if strings.Contains(s.Text, "CREATE TABLE") || strings.Contains(s.Text, "dashboard") {
			t.Errorf("the statements have %s", s.Text)
		}
	}
	if !slow || r.NoStats != "" {
		t.Errorf("statements %+v, %s", r.Statements, r.NoStats)
	}
}

// TestReadWithoutStatistics: a database says why it has no statements, and an error
// shows no password.
func TestReadWithoutStatistics(t *testing.T) {
	server, err := postgres.Start(t.Context(), postgres.Options{Dir: t.TempDir(), Temporary: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop(context.Background())
	r, err := database.Read(t.Context(), server.URL())
	if err != nil || !strings.Contains(r.NoStats, "shared_preload_libraries") {
		t.Errorf("%q, %v", r.NoStats, err)
	}
	for _, url := range []string{"postgres://u:hunter2@127.0.0.1:1/x", "postgres://u:hunter2@127.0.0.1:port/x"} {
		if _, err := database.Read(t.Context(), url); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
