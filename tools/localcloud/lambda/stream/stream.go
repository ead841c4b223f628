// Package stream hands on the answer of a function while the function writes it.
// It knows neither functions nor clients.
package stream

import (
	"errors"
	"io"
)

// ErrBroken is the error of an answer that the function did not complete.
var ErrBroken = errors.New("the function did not complete its answer")

// End is how an invocation ended.
type End struct {
	Failed  bool
	Payload []byte // of the error, if it failed
	Version string // that ran
	LogTail []byte // the last 4 KiB of the log, if it was requested
}

// Answer is the answer of an invocation that runs in the background. It is a
// sandbox.Stream. Read returns ErrBroken if the function fails while it writes.
type Answer struct {
	*io.PipeReader
	w     *io.PipeWriter
	kind  string
	begun chan struct{}
	ended chan struct{}
	end   End
	err   error
}

// Start runs an invocation in the background, which writes its answer to the
// Answer that it gets.
func Start(invoke func(*Answer) (End, error)) *Answer {
	r, w := io.Pipe()
	a := &Answer{PipeReader: r, w: w, begun: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(a.ended)
		a.end, a.err = invoke(a)
		if a.end.Failed || a.err != nil {
			_ = w.CloseWithError(ErrBroken) // it never fails
			return
		}
		_ = w.Close()
	}()
	return a
}

// Begin implements sandbox.Stream.
func (a *Answer) Begin(contentType string) {
	a.kind = contentType
	close(a.begun)
}

// Write implements sandbox.Stream.
func (a *Answer) Write(p []byte) (int, error) { return a.w.Write(p) }

// Begun waits until the function begins to answer, and returns the answer's
// Content-Type. ok is false if the invocation ended before.
func (a *Answer) Begun() (contentType string, ok bool) {
	select {
	case <-a.begun:
	case <-a.ended:
		select {
		case <-a.begun:
		default:
			return "", false
		}
	}
	return a.kind, true
}

// End waits until the invocation ends. What was not read of the answer is
// dropped. The error is that of an invocation that did not run.
func (a *Answer) End() (End, error) {
	_ = a.PipeReader.Close() // it never fails
	<-a.ended
	return a.end, a.err
}
