package poller

import (
	"context"
	"sync"
	"time"
)

// longestBackoff is the longest pause after repeated errors.
const longestBackoff = 30 * time.Second

// retries counts the consecutive errors of a repeated action. A repeated error is
// reported once, and the pauses grow until the action succeeds.
type retries struct {
	report  func(error)
	backoff time.Duration // after the first error

	mu    sync.Mutex
	times int
	last  string
}

// failed counts an error, reports it if it is new, and waits until it is time to
// try again, or until ctx ends.
func (r *retries) failed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // the error is that the poll ends
	}
	r.mu.Lock()
	pause := min(r.backoff<<min(r.times, 10), longestBackoff)
	known := r.times > 0 && r.last == err.Error()
	r.times++
	r.last = err.Error()
	r.mu.Unlock()
	if !known {
		r.report(err)
	}
	sleep(ctx, pause)
}

// succeeded resets the count, and reports the success if it follows an error.
func (r *retries) succeeded() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.times > 0 {
		r.times, r.last = 0, ""
		r.report(nil)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
