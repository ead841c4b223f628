package function

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/seastack/seastack/core/internal/afterward"
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
// function's error. An event whose time is over already is not handled: nobody waits
// for what would come of it.
func (h Handler) Invoke(ctx context.Context, event []byte) (out []byte, err error) {
	if h.err != nil {
		return nil, h.err
	}
	if err := late(ctx); err != nil {
		return nil, err
	}
	ctx, trace := traced(ctx)
	defer warnNearTimeout(ctx, time.Now())
	ctx, cancel := withGrace(ctx)
	defer cancel()
	ctx, finish := afterward.With(ctx)
	defer func() {
		finish(trace.within(ctx))
		trace.end(err)
	}()
	if out, err = h.invoke(ctx, event); err == nil {
		err = checkAnswer(ctx, out)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// late returns an error where the time of an invocation is over before it begins.
func late(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("the event is not handled, as its time is over: %w", ctx.Err())
}

// Start serves events with the handler until Lambda ends the process; it never
// returns. A handler that ignores its context and still runs when its invocation
// has to be answered ends the process after the answer. A handler with wrong types is an error of the function's start-up.
func Start(h Handler) {
	slog.SetDefault(Logger())
	if h.err != nil {
		exit(h.err)
	}
	exportBetween()
	lambda.Start(served{profiled(h)})
}

// Must returns v, or ends the process with err in the log: for a main function,
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
