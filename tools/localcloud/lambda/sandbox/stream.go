package sandbox

import (
	"encoding/base64"
	"io"
	"net/http"
	"time"
)

// MaxStream is the largest streamed answer, in bytes: 200 MB (20 MB until July
// 2025).
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
const MaxStream = 200 << 20

// Stream receives an answer while the function writes it.
type Stream interface {
	// Begin is called once, when the answer begins, with its Content-Type.
	Begin(contentType string)
	// Write receives bytes of the answer. After an error the function goes on, and
	// what it still writes is dropped.
	io.Writer
}

// claim returns the job whose answer is to be streamed, nil if a response with
// this ID is none that is streamed and expected.
func (s *Sandbox) claim(id string) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.current
	if j == nil || j.request.ID != id || j.request.Stream == nil || s.state != busy {
		return nil
	}
	s.state = streaming
	return j
}

// complete sets the outcome of a job whose answer was streamed.
func (s *Sandbox) complete(j *job, out Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = answered
	j.outcome = out
	close(j.answered)
}

// exitWait is how long the end of a process may come after that of its
// connection.
const exitWait = time.Second

// serveStream passes a response on as it comes.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
func (s *Sandbox) serveStream(w http.ResponseWriter, r *http.Request, j *job) {
	j.request.Stream.Begin(r.Header.Get("Content-Type"))
	limit := int64(MaxStream)
	if r.ContentLength >= 0 { // the runtime had all of it before it sent it
		limit = MaxResponse
	}
	_, err := io.Copy(&tolerant{j.request.Stream}, io.LimitReader(r.Body, limit))
	if err == nil {
		_, err = io.ReadFull(r.Body, make([]byte, 1)) // io.EOF, and then the trailers are there
	}
	switch err {
	case io.EOF:
		s.complete(j, trailed(r, Outcome{Status: Answered}))
		accepted(w)
	case nil:
		s.complete(j, oversized(limit))
		refuseSize(w, limit)
	default:
		s.truncated(j)
	}
}

// truncated ends a stream whose connection broke. If that was because the process
// ended, the invocation ends for that reason.
func (s *Sandbox) truncated(j *job) {
	select {
	case <-s.exited:
	case <-time.After(exitWait):
		s.complete(j, failed("Runtime.TruncatedResponse", "The runtime did not complete its response."))
	}
}

func failed(kind, text string) Outcome {
	return Outcome{Status: Failed, ErrorType: kind, Payload: ErrorPayload(kind, text)}
}

// trailed returns the outcome of a response: out, unless its trailers report an
// error.
func trailed(r *http.Request, out Outcome) Outcome {
	kind := r.Trailer.Get("Lambda-Runtime-Function-Error-Type")
	if kind == "" {
		return out
	}
	detail, err := base64.StdEncoding.DecodeString(r.Trailer.Get("Lambda-Runtime-Function-Error-Body"))
	if err != nil || len(detail) == 0 {
		detail = ErrorPayload(kind, "")
	}
	return Outcome{Status: Failed, ErrorType: kind, Payload: detail}
}

// tolerant drops what is written after the first error.
type tolerant struct{ to io.Writer }

func (t *tolerant) Write(p []byte) (int, error) {
	if t.to != nil {
		if _, err := t.to.Write(p); err != nil {
			t.to = nil
		}
	}
	return len(p), nil
}
