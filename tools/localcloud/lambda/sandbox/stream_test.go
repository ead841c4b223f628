package sandbox

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// sink is a Stream that hands on what comes.
type sink struct {
	kind chan string
	*io.PipeReader
	w *io.PipeWriter
}

func newSink() *sink {
	r, w := io.Pipe()
	return &sink{kind: make(chan string, 1), PipeReader: r, w: w}
}

func (s *sink) Begin(contentType string)    { s.kind <- contentType }
func (s *sink) Write(p []byte) (int, error) { return s.w.Write(p) }

// stream invokes in the background. At the end the sink is closed.
func (b *box) stream(event string, to *sink, limit time.Duration) <-chan Outcome {
	out := make(chan Outcome, 1)
	go func() {
		out <- b.Invoke(Request{ID: "id-" + event, Payload: []byte(event), Timeout: limit, Stream: to})
		_ = to.w.Close()
	}()
	return out
}

func read(t *testing.T, r io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r, got); err != nil || string(got) != want {
		t.Fatalf("read %q, %v; want %q", got, err, want)
	}
}

// TestStreamComesWhileTheFunctionRuns: the function waits for an input of its own
// before it goes on, and that is sent only when its first bytes are there.
func TestStreamComesWhileTheFunctionRuns(t *testing.T) {
	b := start(t)
	to := newSink()
	out := b.stream("gate", to, 20*time.Second)
	read(t, to, "first ")
	if kind := <-to.kind; kind != "text/x-half" {
		t.Errorf("content type %q", kind)
	}
	open(t, b)
	read(t, to, "second")
	o := <-out
	if o.Status != Answered || o.Payload != nil {
		t.Errorf("%+v", o)
	}
	settled(t, o)
	if o := b.invoke("one"); string(o.Payload) != "echo one" {
		t.Errorf("afterwards: %+v", o)
	}
}

func TestStreamsThatBreak(t *testing.T) {
	for event, want := range map[string]Outcome{
		"trailer":    {Status: Failed, ErrorType: "Broken", Payload: []byte(`{"errorMessage":"broke"}`)},
		"half, exit": {Status: Exited, Exit: "Runtime exited with error: exit status 3"},
		"half, hang": {Status: TimedOut},
		"half, drop": {Status: Failed, ErrorType: "Runtime.TruncatedResponse",
			Payload: ErrorPayload("Runtime.TruncatedResponse", "The runtime did not complete its response.")},
	} {
		t.Run(event, func(t *testing.T) {
			limit := 20 * time.Second
			if want.Status == TimedOut {
				limit = 2 * time.Second
			}
			to := newSink()
			b := start(t)
			out := b.stream(event, to, limit)
			read(t, to, "half")
			open(t, b)
			go func() { _, _ = io.Copy(io.Discard, to) }()
			o := <-out
			if o.Status != want.Status || o.ErrorType != want.ErrorType || o.Exit != want.Exit || !bytes.Equal(o.Payload, want.Payload) {
				t.Errorf("%+v %s, want %+v", o, o.Payload, want)
			}
		})
	}
}

// TestStreamGoesOnWithoutItsReader: a function whose client left is not stopped.
func TestStreamGoesOnWithoutItsReader(t *testing.T) {
	b := start(t)
	to := newSink()
	out := b.stream("gate", to, 20*time.Second)
	read(t, to, "first ")
	_ = to.CloseWithError(errors.New("the client left"))
	open(t, b)
	if o := <-out; o.Status != Answered {
		t.Errorf("%+v", o)
	}
}

func TestStreamsSizeIsLimited(t *testing.T) {
	b := start(t)
	for event, limit := range map[string]int{"stream, large": MaxStream, "large": MaxResponse} {
		to := newSink()
		size := make(chan int64, 1)
		go func() {
			n, _ := io.Copy(io.Discard, to)
			size <- n
		}()
		o := <-b.stream(event, to, 60*time.Second)
		if n := <-size; o.Status != Failed || o.ErrorType != "Function.ResponseSizeTooLarge" || n != int64(limit) {
			t.Errorf("%s: %+v after %d bytes, want %d", event, o, n, limit)
		}
		settled(t, o)
	}
	if said := strings.Join(b.said(), "\n"); strings.Count(said, "response 413 ") != 2 {
		t.Errorf("the runtime was told %s", said)
	}
}

// TestStreamIsOutOfTurnWhileItRuns: neither another response nor next are taken.
func TestStreamIsOutOfTurnWhileItRuns(t *testing.T) {
	b := start(t)
	to := newSink()
	out := b.stream("gate, misuse", to, 20*time.Second)
	read(t, to, "first ")
	open(t, b)
	go func() { _, _ = io.Copy(io.Discard, to) }()
	if o := <-out; o.Status != Answered {
		t.Errorf("%+v", o)
	}
	said := strings.Join(b.said(), "\n")
	for _, want := range []string{"next 403 ", "response 403 "} {
		if !strings.Contains(said, want) {
			t.Errorf("the runtime was told %s, want %s", said, want)
		}
	}
}
