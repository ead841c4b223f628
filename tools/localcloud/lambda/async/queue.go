package async

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// queue holds events in the order in which they are due.
type queue struct {
	mu   sync.Mutex
	heap eventHeap
	wake chan struct{}
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

func (q *queue) add(e event) {
	q.mu.Lock()
	heap.Push(&q.heap, e)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// drop removes the events of a function.
func (q *queue) drop(name string) {
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

// wait waits for the next event that is due. It returns false when ctx has ended.
func (q *queue) wait(ctx context.Context, now func() time.Time) (event, bool) {
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

// take returns an event that is due, or how long to wait for one.
func (q *queue) take(now time.Time) (event, time.Duration, bool) {
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
