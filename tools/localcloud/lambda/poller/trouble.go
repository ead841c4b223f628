package poller

import (
	"context"
	"sync"
	"time"
)

// longestBackoff bounds the pause after errors that repeat themselves.
const longestBackoff = 30 * time.Second

// trouble is what goes wrong with one thing that a poll does again and again.
// It is told once, and the pauses grow, until the thing works again.
type trouble struct {
	tell    func(error)
	backoff time.Duration // after the first error

	mu    sync.Mutex
	times int
	last  string
}

// meet notes an error, tells of it if it is a new one, and waits until it is
// time to try again, or until ctx ends.
func (t *trouble) meet(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // it is that the poll is to end
	}
	t.mu.Lock()
	pause := min(t.backoff<<min(t.times, 10), longestBackoff)
	told := t.times > 0 && t.last == err.Error()
	t.times++
	t.last = err.Error()
	t.mu.Unlock()
	if !told {
		t.tell(err)
	}
	sleep(ctx, pause)
}

// over notes that the thing works.
func (t *trouble) over() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.times > 0 {
		t.times, t.last = 0, ""
		t.tell(nil)
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
