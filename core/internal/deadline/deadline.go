// Package deadline compares the time that is left with the time that work takes.
package deadline

import (
	"context"
	"time"
)

// Within reports whether a context ends within a duration.
func Within(ctx context.Context, d time.Duration) bool {
	at, ok := ctx.Deadline()
	return ok && time.Until(at) < d
}
