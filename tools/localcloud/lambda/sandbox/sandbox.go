package sandbox

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// state is the state of the runtime's loop.
type state int

const (
	starting  state = iota
	idle            // it waits for the next invocation
	busy            // it has one and has not answered
	streaming       // it has begun to answer
	answered        // it has answered and has not asked for the next
)

// Sandbox is one process and its Runtime API.
type Sandbox struct {
	Started time.Time // when the process was started

	address string // of the Runtime API: "127.0.0.1:<port>"

	cmd    *exec.Cmd
	grace  time.Duration
	server *http.Server
	out    *output
	work   chan *job
	ready  chan struct{} // closed at the first next
	failed chan struct{} // closed at init/error
	exited chan struct{} // closed when the process is gone and its output is read

	peak atomic.Int64 // the last known answer of MaxMemoryMB

	mu       sync.Mutex
	state    state
	current  *job
	initFail Outcome
	exit     string // why it ended, in Lambda's words
	frozen   bool
	dead     bool // its number may belong to another process from here on
}

// Start starts the process of spec. It returns an error if it could not be
// executed. Ready reports later failures.
func Start(spec Spec, spawner *Spawner) (*Sandbox, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	out, w, err := newOutput(spec.Line)
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	s := &Sandbox{
		address: l.Addr().String(), out: out, cmd: command(spec, l.Addr().String(), w), grace: spec.Grace,
		work: make(chan *job), ready: make(chan struct{}), failed: make(chan struct{}), exited: make(chan struct{}),
	}
	s.server = &http.Server{Handler: s}
	go func() { _ = s.server.Serve(l) }() // ends with Close, which is no error
	go out.run()
	s.Started = time.Now()
	err = spawner.start(s.cmd)
	_ = w.Close()
	if err != nil {
		_ = s.server.Close()
		out.close()
		return nil, err
	}
	go s.reap()
	return s, nil
}

// PID returns the number of the process and of its group.
func (s *Sandbox) PID() int { return s.cmd.Process.Pid }

// reap waits for the process to end and cleans up after it.
func (s *Sandbox) reap() {
	awaitExit(s.PID())
	s.mu.Lock()
	s.signal(syscall.SIGKILL) // the group, while the zombie still holds its number
	s.dead = true
	s.mu.Unlock()
	err := s.cmd.Wait()
	s.out.drain()
	s.out.close()
	s.mu.Lock()
	s.exit = describeExit(err)
	s.mu.Unlock()
	close(s.exited)
	_ = s.server.Close()
}

func describeExit(err error) string {
	if err == nil {
		return "Runtime exited without providing a reason"
	}
	return "Runtime exited with error: " + err.Error()
}

// signal sends a signal to the group, but only while the number is certainly its
// own. mu is held.
func (s *Sandbox) signal(sig syscall.Signal) {
	if !s.dead {
		_ = syscall.Kill(-s.PID(), sig)
	}
}

func (s *Sandbox) send(sig syscall.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signal(sig)
}

// Freeze stops the process group, as Lambda does between invocations.
func (s *Sandbox) Freeze() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signal(syscall.SIGSTOP)
	s.frozen = true
}

func (s *Sandbox) thaw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.frozen {
		s.signal(syscall.SIGCONT)
		s.frozen = false
	}
}

// killWait is the longest wait for a killed process. Only a process that is stuck
// in the kernel takes longer.
const killWait = 5 * time.Second

// Kill ends the process group and waits for its end. A process with a grace is asked to
// end first; children that it leaves in groups of their own are killed.
func (s *Sandbox) Kill() {
	if s.grace > 0 {
		left := children(s.PID())
		defer func() {
			for _, pid := range left {
				_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
			}
		}()
		s.send(syscall.SIGTERM)
		select {
		case <-s.exited:
		case <-time.After(s.grace):
		}
	}
	s.send(syscall.SIGKILL)
	select {
	case <-s.exited:
	case <-time.After(killWait):
	}
}

// Exited is closed when the process is gone.
func (s *Sandbox) Exited() <-chan struct{} { return s.exited }

// ErrorPayload is a function's answer for an error that Lambda itself reports.
func ErrorPayload(errorType, message string) []byte {
	raw, err := json.Marshal(struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{errorType, message})
	if err != nil {
		return fmt.Appendf(nil, `{"errorType":%q}`, errorType)
	}
	return raw
}
