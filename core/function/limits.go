package function

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// MaxAnswer is how many bytes Lambda takes as the answer to an invocation: 6 MB. The
// whole event counts, in which a body of HTTP is a JSON text. Streams have no such limit.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxAnswer = 6 << 20

// checkAnswer returns an error for an answer that Lambda would refuse, and logs it.
// Lambda's own error does not say which function has answered what.
func checkAnswer(ctx context.Context, answer []byte) error {
	if len(answer) <= MaxAnswer {
		return nil
	}
	Logger().LogAttrs(ctx, slog.LevelError, "the answer is too large", slog.Int("bytes", len(answer)), slog.Int("limit", MaxAnswer))
	return &Problem{Status: http.StatusInternalServerError,
		Detail: fmt.Sprintf("The answer has %d bytes, where Lambda takes %d. Ask for less of it.", len(answer), MaxAnswer)}
}

// nearTimeout is the percentage of its timeout from which on an invocation is warned
// of.
const nearTimeout = 80

// warnNearTimeout logs an invocation that has begun at a time and took most of what it
// had.
func warnNearTimeout(ctx context.Context, start time.Time) {
	deadline, ok := ctx.Deadline()
	took := time.Since(start)
	if !ok || !isNear(took, deadline.Sub(start)) {
		return
	}
	Logger().LogAttrs(ctx, slog.LevelWarn, "the invocation came near its timeout", milliseconds(took),
		slog.Int64("timeoutMs", deadline.Sub(start).Round(time.Second).Milliseconds())) // it is whole seconds
}

// isNear reports whether an invocation took more than its share of the time that it
// had.
func isNear(took, had time.Duration) bool { return took > had*nearTimeout/100 }
