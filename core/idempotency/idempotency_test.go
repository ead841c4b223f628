package idempotency_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/idempotency"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// runner is Do or Run, with effects that are counted.
type runner func(ctx context.Context, primary *db.Primary, key idempotency.Key, f func() (string, error)) (string, error)

var runners = map[string]runner{
	"Do": func(ctx context.Context, primary *db.Primary, key idempotency.Key, f func() (string, error)) (string, error) {
		return idempotency.Do(ctx, primary, key, func(pgx.Tx) (string, error) { return f() })
	},
	"Run": func(ctx context.Context, primary *db.Primary, key idempotency.Key, f func() (string, error)) (string, error) {
		return idempotency.Run(ctx, primary, key, time.Minute, func(context.Context) (string, error) { return f() })
	},
}

func each(t *testing.T, test func(t *testing.T, run runner, primary *db.Primary)) {
	for name, run := range runners {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, run, dbtest.New(t))
		})
	}
}

func key(value string) idempotency.Key {
	return idempotency.Key{Scope: "test", Value: value, Request: map[string]int{"n": 1}}
}

// TestReplay: the second request gets the first one's result, without its effect.
func TestReplay(t *testing.T) {
	each(t, func(t *testing.T, run runner, primary *db.Primary) {
		calls := 0
		f := func() (string, error) { calls++; return "first", nil }
		for range 3 {
			got, err := run(t.Context(), primary, key("a"), f)
			if err != nil || got != "first" {
				t.Fatalf("%q, %v", got, err)
			}
		}
		if _, err := run(t.Context(), primary, key("b"), f); err != nil || calls != 2 {
			t.Errorf("%d calls, %v; want one for each key", calls, err)
		}
		other := key("a")
		other.Scope = "another"
		if _, err := run(t.Context(), primary, other, f); err != nil || calls != 3 {
			t.Errorf("%d calls, %v; want one for each scope", calls, err)
		}
	})
}

// TestInFlight: while a request is handled, another with its key is told so.
func TestInFlight(t *testing.T) {
	each(t, func(t *testing.T, run runner, primary *db.Primary) {
		_, err := run(t.Context(), primary, key("a"), func() (string, error) {
			_, err := run(t.Context(), primary, key("a"), func() (string, error) { return "", errors.New("it ran twice at a time") })
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("error = %v", err)
			}
			return "done", nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestAnotherRequest: a key is for one request.
func TestAnotherRequest(t *testing.T) {
	each(t, func(t *testing.T, run runner, primary *db.Primary) {
		f := func() (string, error) { return "done", nil }
		if _, err := run(t.Context(), primary, key("a"), f); err != nil {
			t.Fatal(err)
		}
		other := key("a")
		other.Request = "another"
		if _, err := run(t.Context(), primary, other, f); !fault.Is(err, fault.Invalid) {
			t.Errorf("error = %v", err)
		}
	})
}

// TestError: an error keeps nothing, and is returned.
func TestError(t *testing.T) {
	each(t, func(t *testing.T, run runner, primary *db.Primary) {
		failure := errors.New("no luck")
		if _, err := run(t.Context(), primary, key("a"), func() (string, error) { return "", failure }); !errors.Is(err, failure) {
			t.Errorf("error = %v", err)
		}
		got, err := run(t.Context(), primary, key("a"), func() (string, error) { return "luck", nil })
		if err != nil || got != "luck" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestExpiry: a result is kept for as long as its key says; Sweep removes it then.
func TestExpiry(t *testing.T) {
	each(t, func(t *testing.T, run runner, primary *db.Primary) {
		for _, value := range []string{"a", "b"} {
			if _, err := run(t.Context(), primary, key(value), func() (string, error) { return "old", nil }); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := primary.Exec(t.Context(), `UPDATE idempotency_keys SET expires_at = now() - interval '1 second'`); err != nil {
			t.Fatal(err)
		}
		other := key("a")
		other.Request = "another"
		got, err := run(t.Context(), primary, other, func() (string, error) { return "new", nil })
		if err != nil || got != "new" {
			t.Errorf("%q, %v", got, err)
		}
		if n, err := idempotency.Sweep(t.Context(), primary, 100); n != 1 || err != nil {
			t.Errorf("%d removed, %v; want b", n, err)
		}
	})
}

// TestBadKeys: what is no key has no effect.
func TestBadKeys(t *testing.T) {
	each(t, func(t *testing.T, run runner, primary *db.Primary) {
		f := func() (string, error) { t.Error("it ran"); return "", nil }
		for _, value := range []string{"", strings.Repeat("x", idempotency.MaxValue+1)} {
			if _, err := run(t.Context(), primary, key(value), f); !fault.Is(err, fault.Invalid) {
				t.Errorf("error = %v", err)
			}
		}
		if _, err := run(t.Context(), primary, idempotency.Key{Value: "a"}, f); err == nil {
			t.Error("a key without a scope was taken")
		}
		if _, err := run(t.Context(), primary, idempotency.Key{Scope: "s", Value: "a", Request: func() {}}, f); err == nil {
			t.Error("a request that is no JSON was taken")
		}
	})
}

// TestDoIsOneTransaction: the effect and its result come together, or not at all.
func TestDoIsOneTransaction(t *testing.T) {
	primary := dbtest.New(t)
	if _, err := primary.Exec(t.Context(), `CREATE TABLE effects (n integer)`); err != nil {
		t.Fatal(err)
	}
	effect := func(fail error) func(pgx.Tx) (int, error) {
		return func(tx pgx.Tx) (int, error) {
			_, err := tx.Exec(t.Context(), `INSERT INTO effects VALUES (1)`)
			return 1, errors.Join(err, fail)
		}
	}
	if _, err := idempotency.Do(t.Context(), primary, key("a"), effect(errors.New("no luck"))); err == nil {
		t.Fatal("no error")
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := idempotency.Do(t.Context(), primary, key("a"), effect(nil))
			if err != nil && !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var n int
	if err := primary.QueryRow(t.Context(), `SELECT count(*) FROM effects`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d effects, %v", n, err)
	}
}

// TestLease: who takes longer than its lease, or has died, is followed by another,
// and does not overwrite that one's result.
func TestLease(t *testing.T) {
	primary := dbtest.New(t)
	lapse := func() {
		if _, err := primary.Exec(t.Context(), `UPDATE idempotency_keys SET claimed_until = now() - interval '1 second'`); err != nil {
			t.Fatal(err)
		}
	}
	_, err := idempotency.Run(t.Context(), primary, key("a"), time.Hour, func(ctx context.Context) (string, error) {
		lapse()
		got, err := idempotency.Run(ctx, primary, key("a"), time.Hour, func(context.Context) (string, error) { return "second", nil })
		if err != nil || got != "second" {
			t.Errorf("%q, %v", got, err)
		}
		return "first, and late", nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := idempotency.Run(t.Context(), primary, key("a"), time.Hour, func(context.Context) (string, error) { return "third", nil })
	if err != nil || got != "second" {
		t.Errorf("%q, %v; want the result of the one that held the lease", got, err)
	}
}

// TestMigration: the migration of this module makes the package's table.
func TestMigration(t *testing.T) {
	text, err := os.ReadFile("../db/migrations/00004_idempotency.sql")
	if err != nil || !strings.Contains(string(text), idempotency.Schema) {
		t.Errorf("the migration does not have schema.sql: %v", err)
	}
}
