package db

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
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

// backoff gives the pause after a try, half of it random so that instances that
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

// isRefused says whether the server does not take the user or the password.
func isRefused(err error) bool {
	code := sqlState(err)
	return code == "28P01" || code == "28000"
}

// isTransient says whether a failure to connect may pass: the network's
// failures do, and those that the server says are about now. A certificate that
// is not trusted stays so.
func isTransient(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return false
	}
	switch code := sqlState(err); code {
	case "57P03", "57P01", "57P02", "53300": // starting or stopping; too many connections
		return true
	case "":
		_, ok := errors.AsType[*pgconn.ConnectError](err)
		return ok
	default:
		return code[:2] == "08" // connection exceptions, as poolers report them
	}
}

func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
