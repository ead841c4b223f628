package sandbox

import "time"

// Request is one invocation.
type Request struct {
	ID            string
	FunctionARN   string // as it was invoked, with its qualifier
	TraceID       string
	ClientContext string // JSON, or empty
	Payload       []byte
	Timeout       time.Duration
	Deadline      time.Time // that the runtime is told; zero: when the timeout is over
	Stream        Stream    // nil: the answer is the payload of the outcome
}

// Status is how an invocation or an initialisation ended.
type Status int

// The values of Status.
const (
	Answered Status = iota // the function returned a result
	Failed                 // the runtime reported an error
	Exited                 // the process ended
	TimedOut               // it was killed at its deadline
)

// Outcome is the outcome of an invocation or an initialisation.
type Outcome struct {
	Status    Status
	ErrorType string // Failed: as the runtime reports it; may be empty
	Payload   []byte // Answered, unless it was streamed; Failed
	Exit      string // Exited: why, in Lambda's words
	Duration  time.Duration
	// Settled is closed when the runtime asks for its next invocation; nil if the
	// process is gone.
	Settled <-chan struct{}
}

type job struct {
	request  Request
	deadline time.Time
	outcome  Outcome
	answered chan struct{}
	settled  chan struct{}
	fetched  bool // a next has it; guarded by Sandbox.mu
}

// Ready waits until the runtime asks for its first invocation; ok is false if it
// failed, ended or took longer than limit; outcome tells which.
func (s *Sandbox) Ready(limit time.Duration) (outcome Outcome, ok bool) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	defer s.out.drain() // the output of the initialisation comes first
	select {
	case <-s.ready:
		return Outcome{Duration: time.Since(s.Started)}, true
	case <-s.failed:
		outcome = s.initFail
	case <-s.exited:
		outcome = s.exitOutcome()
	case <-timer.C:
		outcome = Outcome{Status: TimedOut}
	}
	outcome.Duration = time.Since(s.Started)
	return outcome, false
}

// exitOutcome returns the runtime's own report of its initialisation, if there is
// one.
func (s *Sandbox) exitOutcome() Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.failed:
		return s.initFail
	default:
		return Outcome{Status: Exited, Exit: s.exit}
	}
}

// Invoke runs one invocation and waits for its end. The sandbox must be idle:
// after Ready, or after the Settled of the invocation before. After Exited and
// TimedOut it cannot be used again.
func (s *Sandbox) Invoke(r Request) Outcome {
	s.thaw()
	begin := time.Now()
	j := &job{
		request: r, deadline: begin.Add(r.Timeout),
		answered: make(chan struct{}), settled: make(chan struct{}),
	}
	if !r.Deadline.IsZero() {
		j.deadline = r.Deadline
	}
	s.begin(j)
	out := s.await(j)
	out.Duration = time.Since(begin)
	if out.Status == TimedOut {
		s.peak.Store(int64(s.MaxMemoryMB())) // it cannot be read after the kill
		s.Kill()
	}
	s.out.drain()
	return out
}

func (s *Sandbox) await(j *job) Outcome {
	timer := time.NewTimer(j.request.Timeout)
	defer timer.Stop()
	select {
	case s.work <- j:
	case <-s.exited:
		return s.exitOutcome()
	case <-timer.C:
		return Outcome{Status: TimedOut}
	}
	select {
	case <-j.answered:
		return j.result()
	case <-timer.C:
		return Outcome{Status: TimedOut}
	case <-s.exited:
	}
	select {
	case <-j.answered: // it answered and ended at once: the answer counts
		return j.result()
	default:
		return s.exitOutcome()
	}
}

func (j *job) result() Outcome {
	out := j.outcome
	out.Settled = j.settled
	return out
}

func (s *Sandbox) begin(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.current = busy, j
}

// verdict is how a runtime's answer is handled.
type verdict int

const (
	taken verdict = iota
	wrongID
	outOfTurn
)

// accept accepts a runtime's answer if it is expected.
func (s *Sandbox) accept(id string, out Outcome) verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || s.current.request.ID != id {
		return wrongID
	}
	if s.state != busy {
		return outOfTurn
	}
	s.state = answered
	s.current.outcome = out
	close(s.current.answered)
	return taken
}

// settle records that the runtime asks for an invocation. It returns false if it
// may not.
func (s *Sandbox) settle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.state {
	case starting:
		close(s.ready)
	case answered:
		close(s.current.settled)
	case streaming:
		return false
	case busy: // a runtime may lose its connection while it waits, and ask again
		return !s.current.fetched
	}
	s.state = idle
	return true
}

func (s *Sandbox) fetch(j *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.fetched = true
}

// failInit records a runtime's init error. It returns false if it comes too late.
func (s *Sandbox) failInit(out Outcome) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.failed:
		return false
	default:
	}
	if s.state != starting {
		return false
	}
	s.initFail = out
	close(s.failed)
	return true
}
