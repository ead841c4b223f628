// Package logship writes functions' log lines in batches in the background, so
// that no invocation waits for it.
//
// It knows streams and batches, and nothing of the lines' content or of
// permissions.
package logship

import (
	"sync"
	"time"
)

// Event is one line, with its time in milliseconds since 1970.
type Event struct {
	TimestampMillis int64
	Message         string
}

// maxPending is the most bytes of pending lines. A function that logs faster than
// its lines are written then waits, like a program that writes to a full pipe.
const maxPending = 16 << 20

// Shipper writes lines in the background. Create it with New.
type Shipper struct {
	delay time.Duration
	fail  func(error)

	mu      sync.Mutex
	room    *sync.Cond // pending has shrunk
	pending int        // bytes
	dirty   []*Stream
	closed  bool
	wake    chan struct{}
	done    chan struct{}
}

// Stream is one destination. Its lines keep their order.
type Stream struct {
	shipper *Shipper
	put     func([]Event) error
	events  []Event // guarded by shipper.mu
	bytes   int
}

// New returns a Shipper that waits for delay to gather a batch. fail is called
// with the error of a batch that could not be written; its lines are lost.
func New(delay time.Duration, fail func(error)) *Shipper {
	s := &Shipper{delay: delay, fail: fail, wake: make(chan struct{}, 1), done: make(chan struct{})}
	s.room = sync.NewCond(&s.mu)
	go s.run()
	return s
}

// Stream returns a stream whose batches are written by put, which is called by
// one goroutine at a time.
func (s *Shipper) Stream(put func([]Event) error) *Stream { return &Stream{shipper: s, put: put} }

// Write queues one line.
func (t *Stream) Write(at time.Time, message string) {
	s := t.shipper
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.pending > maxPending && !s.closed {
		s.room.Wait()
	}
	if s.closed {
		return
	}
	if len(t.events) == 0 {
		s.dirty = append(s.dirty, t)
	}
	t.events = append(t.events, Event{at.UnixMilli(), message})
	t.bytes += len(message)
	s.pending += len(message)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Shipper) run() {
	defer close(s.done)
	for range s.wake {
		s.pause()
		for s.ship() {
			continue
		}
		if s.isClosed() {
			return
		}
	}
}

// pause waits for a batch to gather, until the next value of wake.
func (s *Shipper) pause() {
	if !s.isClosed() {
		time.Sleep(s.delay)
	}
}

func (s *Shipper) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// ship writes the pending lines, and reports whether there were any.
func (s *Shipper) ship() bool {
	type batch struct {
		stream *Stream
		events []Event
	}
	s.mu.Lock()
	var batches []batch
	for _, t := range s.dirty {
		batches = append(batches, batch{t, t.events})
		s.pending -= t.bytes
		t.events, t.bytes = nil, 0
	}
	s.dirty = nil
	s.room.Broadcast()
	s.mu.Unlock()
	for _, b := range batches {
		if err := b.stream.put(b.events); err != nil {
			s.fail(err)
		}
	}
	return len(batches) > 0
}

// Close writes the pending lines and stops. Later lines are dropped.
func (s *Shipper) Close() {
	s.mu.Lock()
	s.closed = true
	s.room.Broadcast()
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	<-s.done
}
