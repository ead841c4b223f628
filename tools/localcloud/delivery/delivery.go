// Package delivery sends what services of the local cloud send to others, until it
// has arrived. A delivery is stored before it is made, so that a killed process loses
// none; one that fails is made again after a pause. The package knows when deliveries
// are made; it must not know what is sent, nor to whom.
package delivery

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	timeout    = 10 * time.Second // of an attempt
	maxBackoff = 5 * time.Minute
	// maxSleep bounds how long Loop sleeps: after a suspend of the machine timers are
	// late, but the time is right.
	maxSleep = 20 * time.Second
)

// State is the part of a delivery that the package keeps. Deliveries embed it.
type State struct {
	At       int64 // milliseconds: of the next attempt
	Attempts int   // made
}

// Queue holds the deliveries of a service that are not made yet.
type Queue[D any] struct {
	Env     *wire.Env
	Waiting store.Collection[D] // by Key
	Key     func(D) string
	State   func(*D) *State
	// Order compares two deliveries; the lesser is made first. nil: the order of keys.
	Order func(a, b D) int
	// Send makes one attempt.
	Send func(context.Context, D) error
	// Failed returns the pause before the next attempt of a delivery, whose last one
	// ended in err. It returns false where there is no other; the delivery is dropped
	// then, after Failed has done what remains to be done about it.
	Failed func(ctx context.Context, d D, err error) (pause time.Duration, again bool)
}

// Round makes the attempts that are due, and returns the time of the next one, an
// hour from now at most.
func (q *Queue[D]) Round(ctx context.Context) (next time.Time, err error) {
	now := q.Env.Now()
	next = now.Add(time.Hour)
	waiting, err := q.Waiting.List("")
	if q.Order != nil {
		slices.SortStableFunc(waiting, q.Order)
	}
	for _, d := range waiting {
		at := q.State(&d).At
		if at <= now.UnixMilli() {
			if ctx.Err() != nil {
				return next, nil // what is left is stored, for the next start
			}
			if at, err = q.attempt(ctx, d); err != nil {
				return next, err
			}
		}
		if at > 0 && at < next.UnixMilli() {
			next = time.UnixMilli(at)
		}
	}
	return next, err
}

// attempt makes one attempt and stores its result. It returns the time of the next
// attempt in milliseconds; 0 if there is none.
func (q *Queue[D]) attempt(ctx context.Context, d D) (at int64, err error) {
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err = q.Send(bounded, d)
	if err != nil && ctx.Err() != nil {
		return 0, nil // the cloud stops: the delivery is still stored, for the next start
	}
	state := q.State(&d)
	state.Attempts++
	if err == nil {
		return 0, q.Waiting.Delete(q.Key(d))
	}
	pause, again := q.Failed(ctx, d, err)
	if !again {
		return 0, q.Waiting.Delete(q.Key(d))
	}
	state.At = q.Env.Now().Add(pause).UnixMilli()
	return state.At, q.Waiting.Put(q.Key(d), d)
}

// Backoff returns the pause after the last attempt: it doubles from one second on.
func (s State) Backoff() time.Duration { return min(time.Second<<min(s.Attempts-1, 20), maxBackoff) }

// Permanent reports whether an error would recur with each attempt: the receiver is
// gone, or does not let the sender in.
func Permanent(err error) bool {
	e, ok := errors.AsType[*wire.Error](err)
	return ok && e.HTTPStatus() < 500 && e.HTTPStatus() != http.StatusTooManyRequests
}

// Loop calls a round at the times that it returns, and after each Wake.
type Loop struct {
	env     *wire.Env
	name    string
	round   func(context.Context) (next time.Time, err error)
	changed chan struct{} // holds a value if there may be something due
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// NewLoop returns a loop that is not started; name is the service's, for the log.
func NewLoop(env *wire.Env, name string, round func(context.Context) (next time.Time, err error)) *Loop {
	return &Loop{env: env, name: name, round: round, changed: make(chan struct{}, 1), stop: func() {}}
}

// Wake makes the next round begin.
func (l *Loop) Wake() {
	select {
	case l.changed <- struct{}{}:
	default: // it will begin anyway
	}
}

// Start starts the rounds and returns. Close stops them.
func (l *Loop) Start(ctx context.Context) {
	ctx, l.stop = context.WithCancel(ctx)
	l.done.Go(func() { l.run(ctx) })
}

// Close stops the rounds and waits for one that is under way.
func (l *Loop) Close() {
	l.stop()
	l.done.Wait()
}

func (l *Loop) run(ctx context.Context) {
	for {
		next, err := l.round(ctx)
		if err != nil {
			l.env.Log.Error(l.name, "err", err)
			next = l.env.Now().Add(time.Second)
		}
		timer := time.NewTimer(min(max(next.Sub(l.env.Now()), time.Millisecond), maxSleep))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-l.changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}
