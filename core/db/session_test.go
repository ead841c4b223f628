package db_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// modes are the ways in which pgx may run statements; the first is the default.
var modes = []string{"", "cache_statement"}

func inMode(t *testing.T, text, mode string) string {
	t.Helper()
	if mode == "" {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return withQuery(u, "default_query_exec_mode", mode)
}

// A warm handle has met a statement; then a migration changes what it is about.
func TestAWarmHandleOutlivesAMigration(t *testing.T) {
	migrations := map[string]struct{ migration, statement string }{
		"a column's type":      {`ALTER TABLE t ALTER n TYPE bigint`, `SELECT n FROM t WHERE n = $1`},
		"to another kind":      {`ALTER TABLE t ALTER n TYPE text`, `SELECT n::int FROM t WHERE n = $1`},
		"to numeric":           {`ALTER TABLE t ALTER n TYPE numeric`, `SELECT n FROM t WHERE n > $1 - 1`},
		"a column more":        {`ALTER TABLE t ADD m integer DEFAULT 2`, `SELECT * FROM t WHERE n = $1`},
		"a column less":        {`ALTER TABLE t DROP o`, `SELECT * FROM t WHERE n = $1`},
		"the table made again": {`DROP TABLE t; CREATE TABLE t (n bigint, o integer); INSERT INTO t VALUES (1, 1)`, `SELECT n FROM t WHERE n = $1`},
		"returning":            {`ALTER TABLE t ALTER n TYPE bigint`, `UPDATE t SET n = n WHERE n = $1 RETURNING n`},
	}
	for _, mode := range modes {
		for name, c := range migrations {
			t.Run(mode+"/"+name, func(t *testing.T) {
				link := dbtest.URL(t)
				warm, migrator := dbtest.Open(t, inMode(t, link, mode)), dbtest.Open(t, link)
				run(t, migrator, `CREATE TABLE t (n integer, o integer)`)
				run(t, migrator, `INSERT INTO t VALUES (1, 1)`)
				uses := map[string]func() error{
					"query": func() error { return queryAll(t, warm, c.statement, "1") },
					"row": func() error {
						err := warm.QueryRow(t.Context(), c.statement, "1").Scan(anything{}, anything{})
						if err != nil && strings.Contains(err.Error(), "number of field descriptions") {
							return nil // the statement worked
						}
						return err
					},
					"exec": func() error { _, err := warm.Exec(t.Context(), c.statement, "1"); return err },
					"tx": func() error {
						return warm.Tx(t.Context(), func(tx pgx.Tx) error { _, err := tx.Exec(t.Context(), c.statement, "1"); return err })
					},
				}
				for use, f := range uses {
					if err := errors.Join(f(), f(), f()); err != nil {
						t.Fatalf("%s, before: %v", use, err)
					}
				}
				run(t, migrator, c.migration)
				for use, f := range uses {
					if err := f(); err != nil {
						t.Errorf("%s, after: %v", use, err)
					}
				}
			})
		}
	}
}

// anything takes a value of any type.
type anything struct{}

func (anything) Scan(any) error { return nil }

func queryAll(t *testing.T, r db.Reader, sql string, args ...any) error {
	t.Helper()
	rows, err := r.Query(t.Context(), sql, args...)
	if err != nil {
		return err
	}
	_, err = pgx.CollectRows(rows, pgx.RowToMap)
	return err
}

// Whatever is done to a session between two uses is survived; where a statement
// may have been executed, it is Unavailable, and the next one works.
func TestSessionsMayBeChangedBetweenUses(t *testing.T) {
	for _, mode := range modes {
		for name, c := range map[string]struct {
			meanwhile   func(t *testing.T, p *db.Primary, x *proxy)
			unavailable bool // is allowed, once
		}{
			"discard":    {func(t *testing.T, p *db.Primary, _ *proxy) { run(t, p, `DISCARD ALL`) }, false},
			"deallocate": {func(t *testing.T, p *db.Primary, _ *proxy) { run(t, p, `DEALLOCATE ALL`) }, false},
			"reset":      {func(t *testing.T, p *db.Primary, _ *proxy) { run(t, p, `RESET ALL`) }, false},
			"read-only":  {func(t *testing.T, p *db.Primary, _ *proxy) { run(t, p, `SET default_transaction_read_only = on`) }, false},
			"terminated": {func(t *testing.T, p *db.Primary, _ *proxy) {
				_, _ = p.Exec(t.Context(), `SELECT pg_terminate_backend(pg_backend_pid())`)
			}, true},
			"cut":            {func(_ *testing.T, _ *db.Primary, x *proxy) { x.cut() }, true},
			"cut, and still": {func(_ *testing.T, p *db.Primary, x *proxy) { x.cut(); p.Freeze(time.Hour) }, false},
		} {
			t.Run(mode+"/"+name, func(t *testing.T) {
				x := &proxy{}
				p := dbtest.Open(t, inMode(t, x.open(t, dbtest.URL(t)), mode))
				run(t, p, `CREATE TABLE t (v text)`)
				write := func() error { _, err := p.Exec(t.Context(), `INSERT INTO t VALUES ($1)`, "x"); return err }
				for range 2 {
					if err := write(); err != nil {
						t.Fatal(err)
					}
				}
				c.meanwhile(t, p, x)
				if err := write(); err != nil && (!c.unavailable || !fault.Is(err, fault.Unavailable)) {
					t.Errorf("error = %v; unavailable is allowed: %v", err, c.unavailable)
				}
				if err := write(); err != nil {
					t.Errorf("the next one: %v", err)
				}
				if got := text(t, p, `SELECT current_setting('statement_timeout')`); got != "10s" {
					t.Errorf("statement_timeout is %s", got)
				}
			})
		}
	}
}

func TestAConnectionThatBreaksDuringAStatement(t *testing.T) {
	x := &proxy{}
	x.cutAt.Store("a statement too far")
	link := x.open(t, dbtest.URL(t))
	primary, replica := dbtest.Open(t, link), dbtest.OpenReplica(t, link)
	before := x.startups.Load()
	_, err := primary.Exec(t.Context(), `SELECT 'a statement too far'`)
	wantUnavailable(t, err)
	if n := x.startups.Load() - before; n != 1 {
		t.Errorf("the statement, which may have been executed, ran %d times; want once", n)
	}
	wantUnavailable(t, queryAll(t, primary, `SELECT 'a statement too far'`))
	calls := 0
	wantUnavailable(t, primary.Tx(t.Context(), func(tx pgx.Tx) error {
		calls++
		_, err := tx.Exec(t.Context(), `SELECT 'a statement too far'`)
		return err
	}))
	if calls != 2 {
		t.Errorf("the transaction, which was not committed, ran %d times; want twice", calls)
	}
	calls = 0
	x.cutAt.Store("commit")
	wantUnavailable(t, primary.Tx(t.Context(), func(tx pgx.Tx) error { calls++; return nil }))
	if calls != 1 {
		t.Errorf("the transaction, which may be committed, ran %d times; want once", calls)
	}
	x.cutAt.Store("a statement too far")
	before = x.startups.Load()
	wantUnavailable(t, replica.QueryRow(t.Context(), `SELECT 'a statement too far'`).Scan(anything{}))
	if n := x.startups.Load() - before; n != 2 {
		t.Errorf("the replica was asked %d times; want twice", n)
	}
	run(t, primary, `SELECT 1`)
}

func TestATransactionRunsAgainAfterADeadlock(t *testing.T) {
	p := dbtest.New(t)
	run(t, p, `CREATE TABLE t (v integer)`)
	calls := 0
	err := p.Tx(t.Context(), func(tx pgx.Tx) error {
		calls++
		if _, err := tx.Exec(t.Context(), `INSERT INTO t VALUES ($1)`, calls); err != nil || calls > 1 {
			return err
		}
		_, err := tx.Exec(t.Context(), `DO $$ BEGIN RAISE EXCEPTION 'as if' USING ERRCODE = '40P01'; END $$`)
		return err
	})
	if got := text(t, p, `SELECT string_agg(v::text, ',') FROM t`); err != nil || got != "2" {
		t.Errorf("error = %v, rows %s; want the second try's alone", err, got)
	}
}

func TestAStatementsOwnErrorsStayWhatTheyAre(t *testing.T) {
	p := dbtest.New(t)
	run(t, p, `CREATE TABLE t (v integer UNIQUE)`)
	run(t, p, `INSERT INTO t VALUES (1)`)
	for sql, want := range map[string]string{`INSERT INTO t VALUES (1)`: "23505", `SELECT nothing`: "42703", `SELECT 1 / 0`: "22012", `no SQL`: "42601"} {
		_, err := p.Exec(t.Context(), sql)
		e, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || e.Code != want || fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v; want %s", sql, err, want)
		}
	}
}

func TestTextThatCannotBeStoredIsTheCallersError(t *testing.T) {
	p := dbtest.New(t)
	for _, text := range []string{"a\x00b", "\xff"} {
		if _, err := p.Exec(t.Context(), `SELECT $1::text`, text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := p.QueryRow(t.Context(), `SELECT $1::jsonb ->> 'a'`, `{"a":"\u0000"}`).Scan(anything{}); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

func TestPoolersThatRefuseOrIgnoreSettings(t *testing.T) {
	names := []string{"statement_timeout", "idle_in_transaction_session_timeout", "default_transaction_read_only"}
	for name, c := range map[string]struct {
		proxy    *proxy
		query    []string
		startups int64
	}{
		"PgBouncer":          {&proxy{refuse: refusal("08P01", "unsupported startup parameter: ", names...)}, nil, 4},
		"RDS Proxy":          {&proxy{refuse: refusal("0A000", "Feature not supported: RDS Proxy currently doesn't support the option ", names...)}, nil, 4},
		"as the URL says":    {&proxy{refuse: refusal("08P01", "unsupported startup parameter: ", names...)}, []string{"pool_mode", "transaction"}, 2},
		"one that ignores":   {&proxy{drop: names}, []string{"pool_mode", "transaction"}, 2},
		"ignores in silence": {&proxy{drop: names[2:]}, nil, 3},
	} {
		t.Run(name, func(t *testing.T) {
			link := c.proxy.open(t, dbtest.URL(t), c.query...)
			primary, replica := dbtest.Open(t, link), dbtest.OpenReplica(t, link)
			run(t, primary, `CREATE TABLE t AS SELECT 'x'::text AS v`)
			for range 3 {
				if got := text(t, replica, `SELECT v FROM t WHERE v = $1`, "x"); got != "x" {
					t.Errorf("the replica reads %q", got)
				}
			}
			for _, err := range []error{replica.QueryRow(t.Context(), `DELETE FROM t RETURNING v`).Scan(anything{}), queryAll(t, replica, `DELETE FROM t RETURNING v`)} {
				if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "25006" {
					t.Errorf("writing to the replica: %v; want 25006", err)
				}
			}
			err := primary.Tx(t.Context(), func(tx pgx.Tx) error {
				for _, name := range names[:2] {
					if got := text(t, tx, `SELECT current_setting($1)`, name); !strings.HasSuffix(got, "s") {
						t.Errorf("%s is %s in a transaction", name, got)
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			if n := c.proxy.startups.Load(); n != c.startups {
				t.Errorf("%d sessions were begun; want %d", n, c.startups)
			}
		})
	}
}

func TestAStatementEndsInTimeBehindAPooler(t *testing.T) {
	x := &proxy{refuse: refusal("08P01", "unsupported startup parameter: ", "statement_timeout")}
	p := dbtest.Open(t, x.open(t, dbtest.URL(t), "statement_timeout", "100ms"))
	begin := time.Now()
	_, err := p.Exec(t.Context(), `SELECT pg_sleep(60)`)
	wantUnavailable(t, err)
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("ended after %s", took)
	}
	run(t, p, `SELECT 1`)
}

// What is refused for good is not tried again until the time is up.
func TestWhatIsRefusedForGoodEndsAtOnce(t *testing.T) {
	for code, most := range map[string]int64{"08P01": 1, "08004": 1, "28000": 2, "28P01": 2, "3D000": 1, "42501": 1, "42704": 1, "0A000": 1, "XX000": 1, "57P04": 1} {
		t.Run(code, func(t *testing.T) {
			x := &proxy{refuse: func(map[string]string) *pgproto3.ErrorResponse {
				return &pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: code, Message: "no"}
			}}
			p := dbtest.Open(t, x.open(t, dbtest.URL(t)))
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			_, err := p.Exec(ctx, `SELECT 1`)
			wantUnavailable(t, err)
			// A password that is refused is read again, and tried again.
			if n := x.startups.Load(); n > most {
				t.Errorf("tried %d times", n)
			}
		})
	}
}

func TestURLsOfUnknownPoolersAreRefused(t *testing.T) {
	for _, query := range []string{"pool_mode=statement", "statement_timeout=soon", "statement_timeout=10%20parsecs"} {
		if _, err := db.NewPrimary("postgres://u:hunter2@127.0.0.1/d?" + query); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error = %v", query, err)
		}
	}
}
