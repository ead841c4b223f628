package function_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/seastack/seastack/core/function"
)

type echo struct{}

func (echo) Invoke(_ context.Context, payload []byte) ([]byte, error) { return payload, nil }

func TestLambda(t *testing.T) {
	for name, c := range map[string]struct {
		handler       function.Handler
		payload, want string
	}{
		"an event":         {function.Lambda(func(e events.S3Event) (int, error) { return len(e.Records), nil }), `{"Records":[{},{}]}`, "2"},
		"nothing":          {function.Lambda(func() error { return nil }), `{"x":1}`, "null"},
		"a context":        {function.Lambda(func(context.Context) (string, error) { return "x", nil }), `{}`, `"x"`},
		"unknown members":  {function.Lambda(func(_ context.Context, j job) (string, error) { return j.Do, nil }), `{"DO":"x","y":1}`, `"x"`},
		"the bytes":        {function.Lambda(echo{}), `{"a": 1}`, `{"a": 1}`},
		"its method":       {function.LambdaBytes(echo{}.Invoke), `{"a":  1}`, `{"a":  1}`},
		"a lambda.Handler": {function.LambdaHandler(func() lambda.Handler { return echo{} }), `[1]`, `[1]`},
	} {
		if got := string(invoke(t, c.handler, []byte(c.payload))); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestLambdaErrors(t *testing.T) {
	ctx := invocation(t)
	_, err := function.Lambda(func() error { return errors.New("as it is") }).Invoke(ctx, []byte(`{}`))
	if err == nil || err.Error() != "as it is" {
		t.Errorf("error = %v", err)
	}
	if _, err := function.Lambda(func() error { panic("no") }).Invoke(ctx, []byte(`{}`)); err == nil {
		t.Error("a panic is no error")
	}
	if err := function.LambdaHandler(func() lambda.Handler { return nil }).Err(); err == nil || !strings.Contains(err.Error(), "nil") {
		t.Errorf("a handler that is nil: %v", err)
	}
}

// TestLate: an event whose time is over is not handled.
func TestLate(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Hour))
	defer cancel()
	handled := false
	do := func(context.Context) error { handled = true; return nil }
	for name, h := range map[string]function.Handler{
		"schedule": function.Schedule(do), "lambda": function.Lambda(do), "http": function.HTTPDo(do),
		"consume": function.ConsumeBatch(func(context.Context, []struct{}) error { handled = true; return nil }),
	} {
		if _, err := h.Invoke(ctx, []byte(`{}`)); !errors.Is(err, context.DeadlineExceeded) || handled {
			t.Errorf("%s: %v, handled %t", name, err, handled)
		}
	}
}
