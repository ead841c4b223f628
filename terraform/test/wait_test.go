package test

import (
	"context"
	"testing"
	"time"
)

// often is how long a poll waits before it asks again.
const often = 50 * time.Millisecond

// eventually asks until there is an answer without an error, for limit at most;
// then the last error fails the test.
func eventually[T any](t *testing.T, limit time.Duration, what string, ask func(context.Context) (T, error)) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(often)
	defer tick.Stop()
	var last error
	for {
		v, err := ask(ctx)
		if err == nil {
			return v
		}
		if ctx.Err() == nil || last == nil { // an answer that was cut off tells nothing
			last = err
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %s: %v", what, limit, last)
		case <-tick.C:
		}
	}
}
