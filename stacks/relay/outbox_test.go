package relay_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/idempotency"
	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/stacks/relay"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// TestRelay: results that have expired go; what cannot be sent stays, and fails no
// run.
func TestRelay(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	primary := dbtest.New(t)
	relays, err := outbox.NewRelay(t.Context(), primary)
	if err != nil {
		t.Fatal(err)
	}
	key := idempotency.Key{Scope: "test", Value: "a", Keep: time.Microsecond}
	if _, err := idempotency.Do(t.Context(), primary, key, func(pgx.Tx) (int, error) { return 1, nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := primary.Exec(t.Context(), `INSERT INTO outbox (kind, name, body) VALUES ('queue', 'none', '{}')`); err != nil {
		t.Fatal(err)
	}
	if err := relay.NewOutbox(primary, relays).Relay(t.Context()); err != nil {
		t.Fatal(err)
	}
	var kept, attempts int
	err = primary.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM idempotency_keys), (SELECT attempts FROM outbox)`).Scan(&kept, &attempts)
	if err != nil || kept != 0 || attempts != 1 {
		t.Errorf("%d results are kept, %d attempts, %v", kept, attempts, err)
	}
}
