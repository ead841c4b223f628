package lambda

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// event is an asynchronous invocation that waits for its turn. Times are in
// milliseconds since 1970.
type event struct {
	ID        string // the request's
	Ref       names.Reference
	Payload   []byte
	TraceID   string
	Received  int64
	Due       int64
	Failures  int // of the function
	Throttles int
}

func (e event) key() string { return e.Ref.Name + ":" + e.ID }

// InvokeAsync takes an invocation and gives its request's ID. It happens in the
// background, up to three times, also after a restart of the local cloud.
func (s *Service) InvokeAsync(_ context.Context, in Invocation) (requestID string, err error) {
	t, err := s.admit(&in, maxAsyncPayload)
	if err != nil {
		return "", err
	}
	now := s.env.Now().UnixMilli()
	e := event{ID: in.RequestID, Ref: t.ref, Payload: in.Payload, TraceID: in.TraceID, Received: now, Due: now}
	if err := s.events.Put(e.key(), e); err != nil {
		return "", err
	}
	s.queue.add(e)
	return e.ID, nil
}

// dispatch runs events when they are due, until ctx ends.
func (s *Service) dispatch(ctx context.Context) {
	running := make(chan struct{}, s.opt.maxInstances)
	for {
		select {
		case running <- struct{}{}:
		case <-ctx.Done():
			return
		}
		e, ok := s.queue.wait(ctx, s.env.Now)
		if !ok {
			return
		}
		s.wg.Go(func() {
			defer func() { <-running }()
			if err := s.process(ctx, e); err != nil {
				s.complain(err)
			}
		})
	}
}

// process runs an event once and decides what becomes of it.
func (s *Service) process(ctx context.Context, e event) error {
	t, err := s.resolve(e.Ref)
	if err != nil {
		return s.events.Delete(e.key()) // the function is gone
	}
	config, _, err := s.eventConfigs.Get(e.Ref.Qualified().Key())
	if err != nil {
		return err
	}
	if t.reserved != nil && *t.reserved == 0 {
		return s.conclude(ctx, t, e, config, ending{condition: "ZeroReservedConcurrency"})
	}
	if age := s.env.Now().UnixMilli() - e.Received; age > int64(optional.Or(config.MaximumEventAgeInSeconds, 21600))*1000 {
		return s.conclude(ctx, t, e, config, ending{condition: "EventAgeExceeded"})
	}
	res, err := s.run(ctx, t, Invocation{Payload: e.Payload, RequestID: e.ID, TraceID: e.TraceID})
	switch {
	case errors.Is(err, fleet.ErrClosed) || err != nil && ctx.Err() != nil:
		return nil // it stays in the store, and happens after the next start
	case err != nil:
		e.Throttles++
		return s.postpone(e, backoff(s.opt.throttled, e.Throttles))
	case res.FunctionError == "":
		return s.conclude(ctx, t, e, config, ending{condition: "Success", result: &res})
	}
	e.Failures++
	if e.Failures > optional.Or(config.MaximumRetryAttempts, 2) {
		return s.conclude(ctx, t, e, config, ending{condition: "RetriesExhausted", result: &res})
	}
	return s.postpone(e, s.retryDelay(e.Failures))
}

func (s *Service) retryDelay(failures int) time.Duration {
	if len(s.opt.retryDelays) == 0 {
		return 0
	}
	return s.opt.retryDelays[min(failures, len(s.opt.retryDelays))-1]
}

// backoff doubles a delay each time, up to five minutes.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
func backoff(first time.Duration, times int) time.Duration {
	return min(first<<min(times-1, 20), 5*time.Minute)
}

func (s *Service) postpone(e event, delay time.Duration) error {
	e.Due = s.env.Now().Add(delay).UnixMilli()
	err := s.env.Store.Update(func(tx *store.Tx) error {
		if _, ok, err := s.events.GetTx(tx, e.key()); err != nil || !ok {
			return err // its function was deleted meanwhile
		}
		return s.events.PutTx(tx, e.key(), e)
	})
	if err == nil {
		s.queue.add(e)
	}
	return err
}

func (s *Service) eraseEventsTx(tx *store.Tx, name string) error {
	return deleteAll(tx, s.events, name+":")
}

// asyncQueue holds events by the time when they are due.
type asyncQueue struct {
	mu   sync.Mutex
	heap eventHeap
	wake chan struct{}
}

func newAsyncQueue() *asyncQueue { return &asyncQueue{wake: make(chan struct{}, 1)} }

func (q *asyncQueue) add(e event) {
	q.mu.Lock()
	heap.Push(&q.heap, e)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// drop removes the events of a function.
func (q *asyncQueue) drop(name string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var keep eventHeap
	for _, e := range q.heap {
		if e.Ref.Name != name {
			keep = append(keep, e)
		}
	}
	heap.Init(&keep)
	q.heap = keep
}

// wait gives the next event once it is due; false means that ctx has ended.
func (q *asyncQueue) wait(ctx context.Context, now func() time.Time) (event, bool) {
	for {
		e, delay, ok := q.take(now())
		if ok {
			return e, true
		}
		timer := time.NewTimer(delay)
		select {
		case <-ctx.Done():
			timer.Stop()
			return event{}, false
		case <-q.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// take gives an event that is due, or how long to wait for one.
func (q *asyncQueue) take(now time.Time) (event, time.Duration, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.heap) == 0 {
		return event{}, time.Hour, false
	}
	if delay := time.UnixMilli(q.heap[0].Due).Sub(now); delay > 0 {
		return event{}, delay, false
	}
	return heap.Pop(&q.heap).(event), 0, true
}

type eventHeap []event

func (h eventHeap) Len() int           { return len(h) }
func (h eventHeap) Less(i, j int) bool { return h[i].Due < h[j].Due }
func (h eventHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *eventHeap) Push(e any)        { *h = append(*h, e.(event)) }
func (h *eventHeap) Pop() any {
	old := *h
	e := old[len(old)-1]
	*h = old[:len(old)-1]
	return e
}
