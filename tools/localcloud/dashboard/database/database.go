// Package database reads what PostgreSQL says of itself: migrations, tables and slow
// statements. It changes nothing, and knows nothing of who uses the database.
package database

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Report is what a database says of itself.
type Report struct {
	Version    string
	Size       int64 // bytes
	Migrations []Migration
	Tables     []Table
	Statements []Statement
	NoStats    string // why there are no statements; empty: there are
}

// Migration is one that was run.
type Migration struct {
	Version int64
	At      time.Time
}

// Table is a table of the database.
type Table struct {
	Name        string
	Rows        int64 // an estimate
	Size        int64 // bytes, with its indexes
	Sequential  int64 // scans of the whole table
	Indexed     int64 // scans of an index
	DeadRows    int64 // an estimate
	Columns     int
	Description string
}

// Statement is a statement with what it took since statistics began.
type Statement struct {
	Text    string
	Calls   int64
	Mean    time.Duration
	Longest time.Duration
	Total   time.Duration
	Rows    int64
}

// timeouts bound a statement, in PostgreSQL's notation.
const (
	statementTimeout = "3s"
	lockTimeout      = "500ms"
)

// Read reads the database of a URL. ctx bounds the whole of it.
func Read(ctx context.Context, url string) (r Report, err error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return r, errors.New("the URL of the database cannot be read") // the error shows the URL
	}
	conn, err := connect(ctx, config)
	if err != nil {
		return r, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = conn.QueryRow(ctx, mark+`SELECT current_setting('server_version'), pg_database_size(current_database())`).Scan(&r.Version, &r.Size)
	if err != nil {
		return r, err
	}
	if r.Migrations, err = migrations(ctx, conn); err != nil {
		return r, err
	}
	if r.Tables, err = tables(ctx, conn); err != nil {
		return r, err
	}
	r.Statements, r.NoStats = statementsOf(ctx, conn, config)
	return r, nil
}

func connect(ctx context.Context, config *pgx.ConnConfig) (*pgx.Conn, error) {
	config = config.Copy()
	config.RuntimeParams["default_transaction_read_only"] = "on"
	config.RuntimeParams["statement_timeout"] = statementTimeout
	config.RuntimeParams["lock_timeout"] = lockTimeout
	config.RuntimeParams["application_name"] = "seastack dashboard"
	return pgx.ConnectConfig(ctx, config)
}

// mark stands in each statement of the package, by which it leaves them out.
const mark = "/* seastack dashboard */ "

// migrations returns what goose has run, the newest first; none where there is no
// table of goose.
func migrations(ctx context.Context, conn *pgx.Conn) ([]Migration, error) {
	var exists bool
	if err := conn.QueryRow(ctx, mark+`SELECT to_regclass('goose_db_version') IS NOT NULL`).Scan(&exists); err != nil || !exists {
		return nil, err
	}
	rows, err := conn.Query(ctx, mark+`SELECT version_id, tstamp FROM goose_db_version
		WHERE is_applied AND version_id > 0 ORDER BY version_id DESC LIMIT 500`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Migration])
}

// tables returns the tables that are no system's, the largest first.
// https://www.postgresql.org/docs/current/monitoring-stats.html
func tables(ctx context.Context, conn *pgx.Conn) ([]Table, error) {
	rows, err := conn.Query(ctx, mark+`
		SELECT CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END,
			coalesce(nullif(s.n_live_tup, 0), greatest(c.reltuples, 0)::bigint), pg_total_relation_size(c.oid),
			coalesce(s.seq_scan, 0), coalesce(s.idx_scan, 0), coalesce(s.n_dead_tup, 0),
			(SELECT count(*)::int FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
			coalesce(obj_description(c.oid), '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
		WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
			AND c.relname <> 'goose_db_version'
		ORDER BY 3 DESC, 1 LIMIT 500`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Table])
}

// statistics is the extension that measures statements.
// https://www.postgresql.org/docs/current/pgstatstatements.html
const statistics = "pg_stat_statements"

// maintenance is the database that each server has: an extension there shows the
// statements of all databases, and is in no schema of the module's.
const maintenance = "postgres"

// statementsOf returns the statements of the database that took longest in all, without
// those that define tables or are of transactions, or why there are none.
func statementsOf(ctx context.Context, conn *pgx.Conn, config *pgx.ConnConfig) (all []Statement, why string) {
	all, err := statements(ctx, conn, config.Database)
	if err == nil {
		return all, ""
	}
	other := config.Copy()
	other.Database = maintenance
	there, err := connect(ctx, other)
	if err == nil {
		defer there.Close(context.WithoutCancel(ctx))
		all, err = statements(ctx, there, config.Database)
	}
	if err == nil {
		return all, ""
	}
	why = "The server does not measure statements: it was not started with shared_preload_libraries = " + statistics +
		", or nobody has run CREATE EXTENSION " + statistics + "."
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == insufficientPrivilege {
		why = "The role may not read " + statistics + "."
	}
	return nil, why
}

// insufficientPrivilege is an error code of PostgreSQL.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const insufficientPrivilege = "42501"

func statements(ctx context.Context, conn *pgx.Conn, database string) ([]Statement, error) {
	rows, err := conn.Query(ctx, mark+`
		SELECT left(s.query, 2000), s.calls, s.mean_exec_time * 1000, s.max_exec_time * 1000, s.total_exec_time * 1000, s.rows
		FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
		WHERE d.datname = $1 AND strpos(s.query, $2) = 0 AND s.query !~* '^\s*(create|alter|drop|comment|grant|begin|commit|set|reset)\y'
		ORDER BY s.total_exec_time DESC LIMIT 50`, database, strings.TrimSpace(mark))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Statement, err error) {
		var mean, longest, total float64 // microseconds
		err = row.Scan(&s.Text, &s.Calls, &mean, &longest, &total, &s.Rows)
		s.Mean, s.Longest, s.Total = microseconds(mean), microseconds(longest), microseconds(total)
		return s, err
	})
}

func microseconds(n float64) time.Duration { return time.Duration(n * float64(time.Microsecond)) }
