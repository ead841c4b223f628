package db_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// TestThroughATunnel: a server that this machine does not know is reached by the
// tunnel's address, and its certificate is still verified by its name.
func TestThroughATunnel(t *testing.T) {
	u, err := url.Parse(dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	local := u.Host
	u.Host = "db.example.invalid:6543"
	t.Setenv(names.DatabaseTunnelsVariable, "other.example.invalid:1=127.0.0.1:1,"+u.Host+"="+local)
	secure := dbtest.Open(t, withQuery(u, "sslmode", "verify-full"))
	if _, err := secure.Exec(t.Context(), `SELECT 1`); err == nil || !strings.Contains(err.Error(), "TLS") {
		t.Errorf("error = %v; want the test's server to refuse TLS", err)
	}
	t.Setenv(names.DatabaseTunnelsVariable, "127.0.0.1:1="+local)
	u.Host = "127.0.0.1:1"
	withQuery(u, "sslmode", "disable")
	if got := text(t, dbtest.Open(t, u.String()), `SELECT 'reached'`); got != "reached" {
		t.Error(got)
	}
	t.Setenv(names.DatabaseTunnelsVariable, "nonsense")
	if _, err := db.NewPrimary(u.String()); err == nil || !strings.Contains(err.Error(), names.DatabaseTunnelsVariable) {
		t.Errorf("error = %v", err)
	}
}

// TestReadOnlyByTheEnvironment: nothing writes where the environment says so, behind
// a pooler, too, and the error is the server's own.
func TestReadOnlyByTheEnvironment(t *testing.T) {
	link := dbtest.URL(t)
	run(t, dbtest.Open(t, link), `CREATE TABLE IF NOT EXISTS read_only (n integer)`)
	t.Setenv(names.DatabaseReadOnlyVariable, "on")
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{link, withQuery(u, "pool_mode", "transaction")} {
		p := dbtest.Open(t, text)
		_, execErr := p.Exec(t.Context(), `INSERT INTO read_only VALUES (1)`)
		txErr := p.Tx(t.Context(), func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO read_only VALUES (1)`)
			return err
		})
		queryErr := p.QueryRow(t.Context(), `INSERT INTO read_only VALUES (1) RETURNING n`).Scan(new(int))
		for _, err := range []error{execErr, txErr, queryErr} {
			if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "25006" {
				t.Errorf("%s: %v; want 25006, read_only_sql_transaction", text, err)
			}
		}
		if err := queryAll(t, p, `SELECT n FROM read_only`); err != nil {
			t.Error(err)
		}
	}
}
