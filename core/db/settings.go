package db

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// The settings of every session. A statement ends before a request would (API
// Gateway waits 30 s for its integration at most), and a transaction that a
// freeze or a kill of its instance left open releases its locks.
const (
	statementTimeout = "statement_timeout"
	idleTimeout      = "idle_in_transaction_session_timeout"
	readOnly         = "default_transaction_read_only"
)

// defaultTimeouts holds the values in milliseconds; a URL may set its own.
var defaultTimeouts = map[string]string{statementTimeout: "10000", idleTimeout: "15000"}

// poolMode is the parameter of a URL that says what stands between the function
// and the server. Its only value is transaction.
const poolMode = "pool_mode"

// settings are how a handle keeps its sessions within bounds. A server takes
// them as startup parameters: they cost no round trip, and they outlive RESET
// ALL and DISCARD ALL. Behind a pooler a session belongs to somebody else after
// each transaction, so there they are set for each transaction.
type settings struct {
	pooled    bool
	readOnly  bool
	begin     string        // statements that begin a transaction behind a pooler
	statement time.Duration // bound of a statement outside of a transaction behind a pooler; 0: none
}

// newSettings moves the settings of a session out of the startup parameters when
// they have to go another way.
func newSettings(cfg *pgx.ConnConfig, r role, pooled bool) (settings, error) {
	params := cfg.RuntimeParams
	switch mode, ok := params[poolMode]; {
	case ok && mode != "transaction":
		return settings{}, fmt.Errorf("database: %s=%s in the URL is not known; the only mode is transaction", poolMode, mode)
	case ok:
		pooled = true
		delete(params, poolMode)
	}
	for name, value := range defaultTimeouts {
		params[name] = cmp.Or(params[name], value)
	}
	params["application_name"] = cmp.Or(params["application_name"], applicationName())
	statement, err := parseTimeout(params[statementTimeout])
	if err != nil {
		return settings{}, err
	}
	s := settings{pooled: pooled, readOnly: r == replicaRole || os.Getenv(readOnlyVariable) == "on", statement: statement}
	s.begin = beginStatements(params, s.readOnly)
	if s.readOnly {
		params[readOnly] = "on"
	}
	if pooled {
		delete(params, statementTimeout)
		delete(params, idleTimeout)
		delete(params, readOnly)
	}
	return s, nil
}

// beginStatements returns the statements that begin a transaction with the
// settings of a session; they make one round trip. A timeout of 0 means none.
func beginStatements(params map[string]string, readOnly bool) string {
	sql := "BEGIN"
	if readOnly {
		sql = "BEGIN READ ONLY"
	}
	for _, name := range []string{statementTimeout, idleTimeout} {
		if value := params[name]; value != "0" {
			sql += fmt.Sprintf("; SET LOCAL %s = '%s'", name, strings.ReplaceAll(value, "'", "''"))
		}
	}
	return sql
}

var units = map[string]time.Duration{
	"": time.Millisecond, "us": time.Microsecond, "ms": time.Millisecond, "s": time.Second, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
}

// parseTimeout reads a time as PostgreSQL writes it: 500, 500ms, 10s, 1min.
// https://www.postgresql.org/docs/current/config-setting.html
func parseTimeout(text string) (time.Duration, error) {
	digits := strings.TrimRight(text, " abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.ParseInt(digits, 10, 32)
	unit, known := units[strings.TrimSpace(text[len(digits):])]
	if err != nil || !known || n < 0 {
		return 0, fmt.Errorf("database: %s=%s in the URL is not a time such as 10000 (milliseconds) or 10s", statementTimeout, text)
	}
	return time.Duration(n) * unit, nil
}

// txOptions are those of a transaction of the handle.
func (s settings) txOptions() pgx.TxOptions {
	if !s.pooled {
		return pgx.TxOptions{}
	}
	return pgx.TxOptions{BeginQuery: s.begin}
}
