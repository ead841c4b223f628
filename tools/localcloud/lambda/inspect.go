package lambda

import (
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Functions returns the configurations of all functions, by name, with the values
// of their variables: whoever shows them decides which to hide.
// The list is shared: nobody may change it.
func (s *Service) Functions() ([]Configuration, error) {
	known, epoch := s.configs.Get(struct{}{})
	if known != nil {
		return *known, nil
	}
	functions, err := s.functions.List("")
	if err != nil {
		return nil, err
	}
	all := make([]Configuration, len(functions))
	for i, f := range functions {
		all[i] = f.Latest.Config
	}
	s.configs.Put(struct{}{}, epoch, &all)
	return all, nil
}

// Function returns the configuration of one function; false if there is none.
func (s *Service) Function(name string) (Configuration, bool, error) {
	f, ok, err := s.functions.Get(name)
	return f.Latest.Config, ok, err
}

// Observer is told of invocations. It must return at once.
type Observer interface {
	// Began is told that an invocation begins to wait for an instance.
	Began(Began)
	// Ended is told how the invocation of the same request ended.
	Ended(Ended)
}

// Began is the begin of an invocation.
type Began struct {
	RequestID string
	Function  string // name
	At        time.Time
	TraceID   string // the header X-Amzn-Trace-Id; may be empty
}

// Ended is the end of an invocation.
type Ended struct {
	RequestID    string
	Function     string
	At           time.Time
	Version      string
	Duration     time.Duration // zero if it did not run
	InitDuration time.Duration // zero for a warm start
	BilledMS     int           // milliseconds, with the initialisation
	MemoryMB     int           // of the configuration
	MaxMemoryMB  int           // zero if the system does not report it
	Failure      string        // why it did not succeed: the payload of the function's error, or of the service's
}

// observe tells the observer of an invocation, and returns what tells it of the end.
func (s *Service) observe(t *target, in Invocation) func(Result, error) {
	o := s.deps.Observer
	if o == nil {
		return func(Result, error) {}
	}
	o.Began(Began{RequestID: in.RequestID, Function: t.ref.Name, At: s.env.Now(), TraceID: in.TraceID})
	return func(r Result, err error) { o.Ended(s.ended(t, in, r, err)) }
}

// maxFailure is how much of a function's error an observer is told, in bytes.
const maxFailure = 4 << 10

func (s *Service) ended(t *target, in Invocation, r Result, err error) Ended {
	e := Ended{
		RequestID: in.RequestID, Function: t.ref.Name, At: s.env.Now(), Version: r.ExecutedVersion,
		Duration: r.Duration, InitDuration: r.InitDuration, MemoryMB: t.primary.MemoryMB, MaxMemoryMB: r.MaxMemoryMB,
	}
	switch {
	case err != nil:
		e.Failure = err.Error()
		if known, ok := err.(*wire.Error); ok {
			e.Failure = known.Code + ": " + known.Message
		}
		return e
	case r.FunctionError != "":
		e.Failure = string(r.Payload[:min(len(r.Payload), maxFailure)])
	}
	e.BilledMS = fleet.Billed(fleet.Result{Duration: r.Duration, Init: r.InitDuration})
	return e
}
