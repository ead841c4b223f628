// Package activity remembers the newest invocations of a local cloud, and sums up
// those of each function since the cloud was started. It keeps them in memory: a
// restart forgets them.
package activity

import (
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda"
)

// kept is how many invocations are remembered.
const kept = 2000

// Invocation is one invocation.
type Invocation struct {
	ID          string
	Function    string // name on AWS
	Began       time.Time
	Running     bool
	Duration    time.Duration
	Init        time.Duration // zero for a warm start
	MaxMemoryMB int
	Version     string
	Failure     string // why it did not succeed
	TraceID     string
}

// Totals sums up the invocations of a function that have ended.
type Totals struct {
	Invocations int
	Errors      int
	ColdStarts  int
	LastInit    time.Duration // of the last cold start
	Duration    time.Duration // of all
	Longest     time.Duration
	GBSeconds   float64 // of the billed time
}

// Mean returns the mean duration.
func (t Totals) Mean() time.Duration {
	if t.Invocations == 0 {
		return 0
	}
	return t.Duration / time.Duration(t.Invocations)
}

// Log is the memory of a cloud. It is safe for concurrent use.
type Log struct {
	Since time.Time

	mu        sync.Mutex
	ring      []*Invocation // oldest first from next on, once it is full
	next      int
	running   map[string]*Invocation // by ID
	totals    map[string]*Totals     // by function
	listeners map[chan Invocation]bool
}

// New returns an empty log.
func New(now time.Time) *Log {
	return &Log{
		Since: now, running: map[string]*Invocation{}, totals: map[string]*Totals{}, listeners: map[chan Invocation]bool{},
	}
}

// Began implements lambda.Observer.
func (l *Log) Began(b lambda.Began) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := &Invocation{ID: b.RequestID, Function: b.Function, Began: b.At, Running: true, TraceID: b.TraceID}
	l.running[i.ID] = i
	if len(l.ring) < kept {
		l.ring = append(l.ring, i)
	} else {
		l.ring[l.next] = i
		l.next = (l.next + 1) % kept
	}
	l.tell(*i)
}

// Ended implements lambda.Observer.
func (l *Log) Ended(e lambda.Ended) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.add(e)
	i := l.running[e.RequestID]
	if i == nil {
		return
	}
	delete(l.running, e.RequestID)
	i.Running, i.Duration, i.Init, i.MaxMemoryMB, i.Version, i.Failure = false, e.Duration, e.InitDuration, e.MaxMemoryMB, e.Version, e.Failure
	l.tell(*i)
}

func (l *Log) add(e lambda.Ended) {
	t := l.totals[e.Function]
	if t == nil {
		t = &Totals{}
		l.totals[e.Function] = t
	}
	t.Invocations++
	t.Duration += e.Duration
	t.Longest = max(t.Longest, e.Duration)
	t.GBSeconds += float64(e.BilledMS) / 1000 * float64(e.MemoryMB) / 1024
	if e.Failure != "" {
		t.Errors++
	}
	if e.InitDuration > 0 {
		t.ColdStarts++
		t.LastInit = e.InitDuration
	}
}

// tell tells the listeners of an invocation. One that does not keep up misses some.
func (l *Log) tell(i Invocation) {
	for c := range l.listeners {
		select {
		case c <- i:
		default:
		}
	}
}

// Listen returns a channel of what begins and what ends from now on, and what ends it.
func (l *Log) Listen() (events <-chan Invocation, stop func()) {
	c := make(chan Invocation, 256)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listeners[c] = true
	return c, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.listeners, c)
	}
}

// Newest returns the newest invocations that a filter selects, the newest first,
// limit at most; a nil filter selects all.
func (l *Log) Newest(limit int, filter func(Invocation) bool) (all []Invocation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n := 1; n <= len(l.ring) && len(all) < limit; n++ {
		i := *l.ring[(l.next-n+2*len(l.ring))%len(l.ring)]
		if filter == nil || filter(i) {
			all = append(all, i)
		}
	}
	return all
}

// Find returns an invocation by its ID; false if it is not remembered.
func (l *Log) Find(id string) (Invocation, bool) {
	found := l.Newest(1, func(i Invocation) bool { return i.ID == id })
	if len(found) == 0 {
		return Invocation{}, false
	}
	return found[0], true
}

// Totals returns those of each function that was invoked.
func (l *Log) Totals() map[string]Totals {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make(map[string]Totals, len(l.totals))
	for name, t := range l.totals {
		all[name] = *t
	}
	return all
}
