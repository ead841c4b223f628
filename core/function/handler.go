package function

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// Handler is a Lambda handler; it implements lambda.Handler.
type Handler struct {
	invoke func(context.Context, []byte) ([]byte, error)
	err    error
}

// Err says what is wrong with the handler's types, such as an input field with
// a tag that cannot be bound; nil when the handler can serve.
func (h Handler) Err() error { return h.err }

// Invoke answers one event. The error, if any, is what Lambda reports as the
// function's error.
func (h Handler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	if h.err != nil {
		return nil, h.err
	}
	ctx, cancel := withGrace(ctx)
	defer cancel()
	return h.invoke(ctx, event)
}

// Start serves events with the handler until Lambda ends the process; it never
// returns. A handler with wrong types is an error of the function's start-up.
func Start(h Handler) {
	slog.SetDefault(Logger())
	if h.err != nil {
		exit(h.err)
	}
	lambda.Start(h)
}

// Must gives v, or ends the process with err in the log: for a main function,
// where an error means that the function cannot start.
func Must[T any](v T, err error) T {
	if err != nil {
		exit(err)
	}
	return v
}

func exit(err error) {
	Logger().Error("function cannot start", "error", err.Error())
	os.Exit(1)
}

// grace is how long before Lambda kills an invocation its context ends, so that
// a slow handler still gets to answer and to log why. It is a twentieth of what
// is left, and half a second at most.
func grace(left time.Duration) time.Duration {
	return min(left/20, 500*time.Millisecond)
}

func withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-grace(time.Until(deadline))))
}
