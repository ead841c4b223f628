package db

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// retries bounds how long acquire waits for a database that cannot be reached:
// one that is starting, failing over, or waking up.
type retries struct {
	budget time.Duration // from the first try on
	first  time.Duration // back-off after the first try; doubles
	most   time.Duration // back-off at most
}

// defaultRetries outlasts a restart or a failover of a database that is up
// otherwise. A paused Aurora Serverless takes about 15 s to wake up; the
// context of a request ends sooner, and its retry finds the database awake.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
var defaultRetries = retries{budget: 20 * time.Second, first: 50 * time.Millisecond, most: time.Second}

// backoff returns the pause after a try, half of it random so that instances that
// failed together do not come back together.
func (r retries) backoff(attempt int) time.Duration {
	pause := min(r.first<<min(attempt, 10), r.most)
	return pause/2 + rand.N(pause/2+1)
}

// wait pauses before the next try; false when there is none, as the budget or
// the context would end before it.
func (r retries) wait(ctx context.Context, attempt int, giveUp time.Time) bool {
	pause := r.backoff(attempt)
	if time.Now().Add(pause).After(giveUp) {
		return false
	}
	if deadline, ok := ctx.Deadline(); ok && time.Now().Add(pause).After(deadline) {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
		return true
	}
}

// isRefused reports whether the server does not take the user or the password.
func isRefused(err error) bool {
	code := sqlState(err)
	return code == "28P01" || code == "28000"
}

// refusesSettings reports whether a server or pooler does not take the startup
// parameters that set up a session, or ignores them.
// PgBouncer: "unsupported startup parameter: statement_timeout" (08P01);
// Amazon RDS Proxy: "RDS Proxy currently doesn't support the option
// statement_timeout" (0A000).
func refusesSettings(err error) bool {
	if errors.Is(err, errNotReadOnly) {
		return true
	}
	switch sqlState(err) {
	case "08P01", "0A000", "42704", "22023":
		return namesSetting(err.Error())
	}
	return false
}

func namesSetting(text string) bool {
	for _, name := range []string{statementTimeout, idleTimeout, readOnly} {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// isTransient reports whether a failure to connect may pass: the network's
// failures do, and those that the server says are about now. What a server
// refuses for good, such as a certificate, a user or a database, stays refused.
func isTransient(err error) bool {
	if isTLS(err) {
		return false
	}
	switch code := sqlState(err); {
	case code == "":
		_, ok := errors.AsType[*pgconn.ConnectError](err)
		return ok
	case code == "08P01":
		return poolerWaits(err.Error())
	case code == "08004": // the server rejects the connection
		return false
	default:
		// Connection exceptions, insufficient resources, and a server that starts or stops.
		return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "53") || strings.HasPrefix(code, "57P") && code != "57P04"
	}
}

// isTLS reports whether two ends could not agree on a secure connection.
func isTLS(err error) bool {
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	return untrusted || alert || noTLS || strings.Contains(err.Error(), "server refused TLS connection")
}

// poolerWaits reports whether a pooler cannot serve for the moment. PgBouncer
// sends 08P01 for nearly everything, so its text has to tell.
// https://github.com/pgbouncer/pgbouncer/blob/master/src/objects.c
func poolerWaits(text string) bool {
	for _, part := range []string{
		"server login has been failing", "server login failed", "connect failed", "cannot connect", "server conn crashed",
		"no more connections", "query_wait_timeout", "client_login_timeout", "shutting down", "server connections dropped",
		"server connection closed", "closed the connection",
	} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
