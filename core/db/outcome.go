package db

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/fault"
)

// outcome is what an error says of the session that a statement ran in.
type outcome int

const (
	own    outcome = iota // the statement's own error, or none
	stale                 // what was known of the statement is out of date; it did nothing
	undone                // the server has rolled the statement back; trying again may help
	moved                 // the server takes no writes any more, as after a failover; it did nothing
	lost                  // the session is gone, and nobody knows what became of the statement
)

// outcomeOf sorts an error of a statement or a transaction.
func outcomeOf(conn *pgx.Conn, err error) outcome {
	if err == nil {
		return own
	}
	code := sqlState(err)
	switch {
	case conn.IsClosed():
		return lost
	case code == "25006":
		return moved
	case isStale(code):
		return stale
	case isUndone(code):
		return undone
	}
	return own
}

// isStale reports whether a server refuses a statement in a way that a migration
// or a pooler can bring about between two uses of a session: the description of
// a statement that pgx keeps names types or columns of before ("cached plan must
// not change result type", "bind message has 2 result formats but query has 3
// columns"), or a prepared statement stayed behind on another server session.
// pgx forgets what it knows of a statement that fails.
func isStale(code string) bool {
	switch code {
	case "0A000", // feature_not_supported: a cached plan whose result type changed
		"08P01", // protocol_violation: another number of columns than described
		"26000", // invalid_sql_statement_name: does not exist
		"42P05", // duplicate_prepared_statement: exists already
		"42804", // datatype_mismatch: of a parameter
		"42883": // undefined_function: no operator for the parameter's former type
		return true
	}
	return false
}

// isUndone reports whether a server has given up a statement that is not wrong
// in itself.
func isUndone(code string) bool {
	switch code {
	case "40001", // serialization_failure; on a replica, a conflict with recovery
		"40P01", // deadlock_detected
		"57014": // query_canceled: statement_timeout, or an operator
		return true
	}
	// insufficient_resources, operator_intervention
	return strings.HasPrefix(code, "53") || strings.HasPrefix(code, "57P")
}

// again reports whether what ended in an outcome may run once more: when it
// certainly had no effect, and trying again may help. pgconn.SafeToRetry is no
// help with sessions that are lost: it also holds for statements that were sent.
func (s *session) again(o outcome, code string) bool {
	switch o {
	case stale, moved:
		return true
	case undone:
		return code != "57014" // it has had its time
	case lost:
		return s.harmless
	}
	return false
}

// shown turns the error of a session into a fault. What a handler has already
// made a fault stays it.
func shown(o outcome, err error) error {
	if code := sqlState(err); code == "22021" || code == "22P05" { // NUL, or not UTF-8
		return fault.New(fault.Invalid, "A text has characters that cannot be stored.").Because(err)
	}
	if err == nil || o == own || o == stale || errors.As(err, new(*fault.Error)) {
		return err
	}
	return unavailable(err)
}
