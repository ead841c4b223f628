package db_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// text returns the one value of a statement.
func text(t *testing.T, r db.Reader, sql string, args ...any) string {
	t.Helper()
	var value string
	if err := r.QueryRow(t.Context(), sql, args...).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func run(t *testing.T, p *db.Primary, sql string, args ...any) {
	t.Helper()
	if _, err := p.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("error = %v; want Unavailable", err)
	}
}

func TestSessions(t *testing.T) {
	url := dbtest.URL(t)
	primary, replica := dbtest.Open(t, url), dbtest.OpenReplica(t, url)
	for setting, want := range map[string]string{
		"statement_timeout": "10s", "idle_in_transaction_session_timeout": "15s", "application_name": "seastack",
	} {
		if got := text(t, primary, `SELECT current_setting($1)`, setting); got != want {
			t.Errorf("%s = %s; want %s", setting, got, want)
		}
	}
	run(t, primary, `CREATE TABLE t AS SELECT 'x'::text AS v`)
	if got := text(t, replica, `SELECT v FROM t`); got != "x" {
		t.Errorf("the replica reads %q", got)
	}
	err := replica.QueryRow(t.Context(), `DELETE FROM t RETURNING v`).Scan(new(string))
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "25006" {
		t.Errorf("writing to the replica: %v; want 25006, read_only_sql_transaction", err)
	}
}

func TestTimesAreReadInUTC(t *testing.T) {
	var at time.Time
	if err := dbtest.New(t).QueryRow(t.Context(), `SELECT '2026-03-02 10:00:00+01'::timestamptz`).Scan(&at); err != nil {
		t.Fatal(err)
	}
	if got := at.Format(time.RFC3339); got != "2026-03-02T09:00:00Z" {
		t.Errorf("read %s", got)
	}
}

func TestTwoConnectionsAreThereAndNoThird(t *testing.T) {
	primary := dbtest.New(t)
	first, err := primary.Query(t.Context(), `SELECT generate_series(1, 3)`)
	if err != nil {
		t.Fatal(err)
	}
	if !first.Next() {
		t.Fatal(first.Err())
	}
	second, err := primary.Query(t.Context(), `SELECT 1`) // while the first is being read
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = primary.Exec(ctx, `SELECT 1`)
	wantUnavailable(t, err)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v; want the context's among its causes", err)
	}
	first.Close()
	second.Close()
	run(t, primary, `SELECT 1`)
}

// Whatever becomes of a statement, its connection comes back: there are only two.
func TestConnectionsComeBack(t *testing.T) {
	primary := dbtest.New(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for range 5 {
		_, _ = primary.Exec(ctx, `no SQL`)
		_ = primary.QueryRow(ctx, `no SQL`).Scan()
		if err := primary.QueryRow(ctx, `SELECT 1 WHERE false`).Scan(new(int)); !errors.Is(err, pgx.ErrNoRows) {
			t.Fatal(err)
		}
		if rows, err := primary.Query(ctx, `SELECT 'x'`); err == nil && rows.Next() {
			_ = rows.Scan(new(int)) // the wrong type
		}
		if rows, err := primary.Query(ctx, `SELECT 1`); err == nil {
			for rows.Next() {
				_, _ = rows.Values()
			}
		}
		if rows, err := primary.Query(ctx, `SELECT 1 WHERE false`); err != nil || rows.Next() || rows.Err() != nil {
			t.Fatal("no rows are no empty result")
		}
		_ = primary.Tx(ctx, func(tx pgx.Tx) error { return errors.New("no") })
		func() {
			defer func() { _ = recover() }()
			_ = primary.Tx(ctx, func(pgx.Tx) error { panic("no") })
		}()
	}
	if ctx.Err() != nil {
		t.Error("the pool ran dry")
	}
}

func TestTx(t *testing.T) {
	primary := dbtest.New(t)
	run(t, primary, `CREATE TABLE t (v text)`)
	insert := func(v string) func(pgx.Tx) error {
		return func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), `INSERT INTO t VALUES ($1)`, v); err != nil {
				t.Fatal(err)
			}
			switch v {
			case "error":
				return context.Canceled
			case "panic":
				panic(v)
			}
			return nil
		}
	}
	if err := primary.Tx(t.Context(), insert("kept")); err != nil {
		t.Error(err)
	}
	if err := primary.Tx(t.Context(), insert("error")); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = primary.Tx(t.Context(), insert("panic"))
	}()
	if got := text(t, primary, `SELECT string_agg(v, ',') FROM t`); got != "kept" {
		t.Errorf("rows: %s", got)
	}
}

func TestAStatementEndsInTime(t *testing.T) {
	u, err := url.Parse(dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("statement_timeout", "20")
	u.RawQuery = query.Encode()
	_, err = dbtest.Open(t, u.String()).Exec(t.Context(), `SELECT pg_sleep(60)`)
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "57014" {
		t.Errorf("error = %v; want 57014, query_canceled", err)
	}
}

func TestAConnectionThatDiedInAFreezeIsReplaced(t *testing.T) {
	url := dbtest.URL(t)
	primary, other := dbtest.Open(t, url), dbtest.Open(t, url)
	before := text(t, primary, `SELECT pg_backend_pid()::text`)
	if got := text(t, other, `SELECT pg_terminate_backend($1::int, 5000)::text`, before); got != "true" {
		t.Fatalf("the connection did not end: %s", got)
	}
	primary.Freeze(time.Hour)
	if after := text(t, primary, `SELECT pg_backend_pid()::text`); after == before {
		t.Error("the connection that ended answered")
	}
}

func TestNothingHappensBeforeTheFirstQuery(t *testing.T) {
	t.Setenv(names.DatabaseSecretVariable, "")
	t.Setenv("DATABASE_URL", "postgres://u@127.0.0.1:1/d")
	primary, err := db.OpenPrimary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	primary.GiveUpAfter(50 * time.Millisecond)
	_, err = primary.Exec(t.Context(), `SELECT 1`)
	wantUnavailable(t, err)
	primary.Close()

	t.Setenv("DATABASE_URL", "")
	if _, err := db.OpenReplica(t.Context()); err == nil {
		t.Error("a replica of nothing was opened")
	}
}
