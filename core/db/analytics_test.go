package db_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// TestAnalyticsHasItsOwnSecret: the store is that of its own secret, with reads,
// writes and transactions.
func TestAnalyticsHasItsOwnSecret(t *testing.T) {
	v, url := newVault(t), dbtest.URL(t)
	t.Setenv(names.DatabaseSecretVariable, "")
	t.Setenv(names.AnalyticsSecretVariable, "arn:the-secret")
	v.hold(map[string]string{"analytics": url})
	store, err := db.OpenAnalytics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	if _, err := store.Exec(t.Context(), `CREATE TABLE facts (id int)`); err != nil {
		t.Fatal(err)
	}
	err = store.Tx(t.Context(), func(tx pgx.Tx) error {
		_, err := tx.CopyFrom(t.Context(), pgx.Identifier{"facts"}, []string{"id"}, pgx.CopyFromRows([][]any{{1}, {2}}))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := text(t, store, `SELECT current_database() || (SELECT sum(id) FROM facts)`); !strings.Contains(url, strings.TrimSuffix(got, "3")) {
		t.Errorf("%s; want the database of %s and 3", got, url)
	}
}

// TestReplicaOfItsOwnSecret: where the environment names a secret of the replica
// alone, that one is read, and no primary stands in.
func TestReplicaOfItsOwnSecret(t *testing.T) {
	v, url := newVault(t), dbtest.URL(t)
	t.Setenv(names.DatabaseSecretVariable, "arn:another")
	t.Setenv(names.ReplicaSecretVariable, "arn:the-secret")
	v.hold(map[string]string{"replica": url})
	replica, err := db.OpenReplica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(replica.Close)
	if got := text(t, replica, `SELECT current_setting('transaction_read_only')`); got != "on" {
		t.Errorf("transactions are read-only: %s", got)
	}
	v.hold(map[string]string{"primary": url})
	standIn, err := db.OpenReplica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = standIn.QueryRow(t.Context(), `SELECT 1`).Scan(new(int))
	wantUnavailable(t, err)
	if !strings.Contains(err.Error(), `has no "replica"`) {
		t.Errorf("the log would not say why: %v", err)
	}
}

func TestAnalyticsURLOfTheEnvironment(t *testing.T) {
	t.Setenv(names.AnalyticsSecretVariable, "")
	t.Setenv("ANALYTICS_DATABASE_URL", dbtest.URL(t))
	store, err := db.OpenAnalytics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	text(t, store, `SELECT 'up'`)
	t.Setenv("ANALYTICS_DATABASE_URL", "")
	t.Setenv("DATABASE_URL", dbtest.URL(t))
	if _, err := db.OpenAnalytics(t.Context()); err == nil || !strings.Contains(err.Error(), "neither SEASTACK_ANALYTICS_SECRET nor ANALYTICS_DATABASE_URL") {
		t.Errorf("error = %v; want no store in the database", err)
	}
}

func TestAnalyticsOfNoURL(t *testing.T) {
	if _, err := db.NewAnalytics("hunter2"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error = %v", err)
	}
}
