package function

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/seastack/seastack/core/telemetry"
)

// grace is how long before Lambda ends an invocation its context ends, so that
// a slow handler still gets to answer and to log why. It is a twentieth of what
// is left, and half a second at most. A handler that has not returned when half
// of it has passed is not waited for any longer: its invocation is answered
// without it.
func grace(left time.Duration) time.Duration {
	return min(left/20, 500*time.Millisecond)
}

// lastKey is the key of the time at which an invocation must be answered.
type lastKey struct{}

func withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	g := grace(time.Until(deadline))
	ctx = context.WithValue(ctx, lastKey{}, deadline.Add(-g/2))
	return context.WithDeadline(ctx, deadline.Add(-g))
}

// running counts the handlers that still run though their invocation has been
// answered.
var running atomic.Int32

// await calls f, safely, and returns its error; or, when f has not returned in
// time, the error that says so. f goes on then, so it must not write to anything
// that its caller reads after such an error: T is how it returns a value.
func await[T any](ctx context.Context, f func() (T, error)) (value T, err error) {
	last, ok := ctx.Value(lastKey{}).(time.Time)
	if !ok {
		return safely(f)
	}
	type result struct {
		value T
		err   error
	}
	returned := make(chan result, 1)
	running.Add(1)
	go func() {
		var r result
		r.value, r.err = safely(f)
		running.Add(-1)
		returned <- r
	}()
	timer := time.NewTimer(time.Until(last))
	defer timer.Stop()
	select {
	case r := <-returned:
		return r.value, r.err
	case <-timer.C:
		return value, fmt.Errorf("the handler did not return when its context ended: %w", context.DeadlineExceeded)
	}
}

// served is what Start passes to Lambda's runtime: a Handler whose process ends
// when a handler is still running after its invocation has been answered. Lambda
// freezes a process between invocations; such a handler would go on in the next
// one, beside its own repetition.
type served struct{ lambda.Handler }

// Invoke answers through the Runtime API itself before it ends the process, as
// the runtime would ask for the next event first.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (s served) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	out, err := s.Handler.Invoke(ctx, event)
	if running.Load() == 0 || lambdacontext.MaxConcurrency() > 1 {
		return out, err
	}
	if err != nil {
		out, err = nil, post(ctx, "error", errorBody(err))
	} else {
		err = post(ctx, "response", out)
	}
	Logger().ErrorContext(ctx, "the process ends, as a handler is still running", "answered", err == nil)
	telemetry.Flush()
	os.Exit(1)
	return out, err
}

// postTimeout bounds one request to the Runtime API, which is on this machine.
const postTimeout = 2 * time.Second

func post(ctx context.Context, what string, body []byte) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), postTimeout)
	defer cancel()
	url := fmt.Sprintf("http://%s/2018-06-01/runtime/invocation/%s/%s", os.Getenv("AWS_LAMBDA_RUNTIME_API"), RequestID(ctx), what)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := (&http.Client{Transport: &http.Transport{}}).Do(request) // by no proxy
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// panicked is a panic as an error: its stack goes to the log with it.
type panicked struct {
	value any
	stack string
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// safely calls f and turns a panic into an error, so that the invocation is
// answered and the instance lives on.
func safely[T any](f func() (T, error)) (value T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{value: v, stack: string(debug.Stack())}
		}
	}()
	return f()
}
