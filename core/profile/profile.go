package profile

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"time"
)

// Kind is what is measured.
type Kind string

// The kinds of profiles.
const (
	CPU    Kind = "cpu"    // processor time while the event is handled
	Heap   Kind = "heap"   // memory that is in use afterwards
	Allocs Kind = "allocs" // memory that was allocated since the process began
)

// Kinds are all kinds.
var Kinds = []Kind{CPU, Heap, Allocs}

// The bounds of a request.
const (
	MaxTimes = 100_000
	MaxFor   = 15 * time.Minute // as long as an invocation may take
)

// Request says what to profile.
type Request struct {
	Function string        `json:"function"` // its name on AWS, so that the request is for no other
	Kind     Kind          `json:"kind"`
	Times    int           `json:"times"`   // how often to handle the event at most, from 1 to MaxTimes
	For      time.Duration `json:"forNs"`   // how long to go on at most; 0: until the deadline is near
	Expires  time.Time     `json:"expires"` // the request is refused from then on
	Event    []byte        `json:"event"`
}

// Answer is what came of a request.
type Answer struct {
	Profile   []byte          `json:"profile"`         // gzipped, as go tool pprof reads it
	Durations []time.Duration `json:"durationsNs"`     // of each time
	Failures  int             `json:"failures"`        // of these
	Error     string          `json:"error,omitempty"` // of the last failure
}

// Take profiles the process while do is called as a request says, once at least, until
// deadline is near: there must be time for twice the longest call, and a second for the answer. A
// zero deadline is never near. The error of do counts as a failure.
func Take(r Request, deadline time.Time, do func() error) (*Answer, error) {
	var out bytes.Buffer
	stop, err := start(r.Kind, &out)
	if err != nil {
		return nil, err
	}
	a := &Answer{Durations: []time.Duration{}}
	begin, longest := time.Now(), time.Duration(0)
	for len(a.Durations) == 0 || len(a.Durations) < r.Times && (r.For == 0 || time.Since(begin) < r.For) {
		if len(a.Durations) > 0 && !deadline.IsZero() && time.Until(deadline) < 2*longest+time.Second {
			break
		}
		called := time.Now()
		if err := do(); err != nil {
			a.Failures, a.Error = a.Failures+1, err.Error()
		}
		took := time.Since(called)
		a.Durations, longest = append(a.Durations, took), max(longest, took)
	}
	if err := stop(); err != nil {
		return nil, err
	}
	a.Profile = out.Bytes()
	return a, nil
}

// start begins a profile, which is written when it is stopped.
func start(k Kind, out io.Writer) (stop func() error, err error) {
	switch k {
	case CPU:
		return func() error { pprof.StopCPUProfile(); return nil }, pprof.StartCPUProfile(out)
	case Heap, Allocs:
		return func() error {
			runtime.GC() // the figures are as of the last collection
			return pprof.Lookup(string(k)).WriteTo(out, 0)
		}, nil
	}
	return nil, fmt.Errorf("profile: there is no profile of the kind %q", k)
}
