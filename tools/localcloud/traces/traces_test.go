package traces

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func traceID(n int) string { return fmt.Sprintf("%032x", n) }
func spanID(n int) string  { return fmt.Sprintf("%016x", n) }

// span returns a span of trace n that starts n seconds after noon.
func span(trace, id int, function string, took time.Duration) Span {
	return Span{
		TraceID: traceID(trace), SpanID: spanID(id), Name: fmt.Sprint("span ", id), Kind: Server, Function: function,
		Start: noon.Add(time.Duration(trace) * time.Second), Duration: took,
	}
}

func TestTraceIsOrderedByStart(t *testing.T) {
	s := New()
	late, early := span(1, 1, "web/get", time.Second), span(1, 2, "web/get", 3*time.Second)
	early.Start = early.Start.Add(-time.Second)
	s.Add(late, early, late)
	got, ok := s.Trace(traceID(1))
	if diff := cmp.Diff([]Span{early, late}, got); diff != "" || !ok {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, ok := s.Trace(traceID(2)); ok {
		t.Error("there is a trace that nobody has added")
	}
	want := []Summary{{
		ID: traceID(1), Name: "span 2", Start: early.Start, Duration: 3 * time.Second, Functions: []string{"web/get"}, Spans: 2,
	}}
	if diff := cmp.Diff(want, s.List(Filter{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestName: a trace is named after what began it, and not after the init of its first
// function, which was earlier.
func TestName(t *testing.T) {
	init, root, call := span(1, 1, "web/get", 0), span(1, 2, "web/get", 0), span(1, 3, "web/get", 0)
	init.ParentID, init.Kind, call.ParentID = root.SpanID, Internal, root.SpanID
	init.Start = init.Start.Add(-time.Second)
	for _, order := range [][]Span{{init, call, root}, {root, call, init}, {call, init, root}} {
		s := New()
		s.Add(order...)
		if got := s.List(Filter{})[0]; got.Name != root.Name || got.Start != init.Start {
			t.Errorf("%+v", got)
		}
	}
	s := New()
	s.Add(init, call)
	if got := s.List(Filter{})[0].Name; got != call.Name {
		t.Error(got)
	}
}

func TestList(t *testing.T) {
	s := New()
	failed := span(3, 3, "worker/sum", time.Second)
	failed.Error = "no"
	s.Add(span(1, 1, "web/get", time.Millisecond), span(2, 2, "web/put", time.Minute), failed, span(3, 4, "web/get", time.Second))
	for _, c := range []struct {
		name string
		Filter
		want []int
	}{
		{"all", Filter{}, []int{3, 2, 1}},
		{"a function", Filter{Function: "web/get"}, []int{3, 1}},
		{"a stack", Filter{Function: "web"}, []int{3, 2, 1}},
		{"slow", Filter{MinDuration: 2 * time.Second}, []int{2}},
		{"errors", Filter{Errors: true}, []int{3}},
		{"since", Filter{Since: noon.Add(2 * time.Second)}, []int{3, 2}},
		{"limit", Filter{Limit: 2}, []int{3, 2}},
		{"a prefix of a stack is none", Filter{Function: "we"}, nil},
	} {
		var want, got []string
		for _, n := range c.want {
			want = append(want, traceID(n))
		}
		parsed, err := parseFilter(c.Query())
		if err != nil {
			t.Fatal(err)
		}
		for _, summary := range s.List(parsed) {
			got = append(got, summary.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestBounds(t *testing.T) {
	s := newStore(3, 1<<20)
	for n := range 5 {
		s.Add(span(n+1, 1, "web/get", 0))
	}
	if got := s.List(Filter{}); len(got) != 3 || got[2].ID != traceID(3) {
		t.Errorf("%d traces are left, the oldest is %s", len(got), got[len(got)-1].ID)
	}
	s.Add(span(3, 2, "web/get", 0), span(6, 1, "web/get", 0)) // 3 is the newest now
	if _, ok := s.Trace(traceID(3)); !ok {
		t.Error("a trace that still gets spans was dropped before one that does not")
	}
	s = newStore(1000, 10*spanBytes)
	for n := range 100 {
		s.Add(span(n+1, 1, "web/get", 0))
	}
	if got := len(s.List(Filter{})); got == 0 || got > 10 || s.bytes > s.maxBytes {
		t.Errorf("%d traces of %d bytes are left", got, s.bytes)
	}
	for n := range maxSpans + 10 {
		s.Add(span(1, n+1, "web/get", 0))
	}
	if got := s.List(Filter{})[0].Spans; got != maxSpans {
		t.Errorf("one trace has %d spans", got)
	}
}

// BenchmarkList measures a list of the newest of 10,000 traces.
func BenchmarkList(b *testing.B) {
	s := New()
	for n := range MaxTraces {
		s.Add(span(n+1, 1, "web/get", time.Second), span(n+1, 2, "web/put", time.Second))
	}
	for b.Loop() {
		if len(s.List(Filter{Function: "web/put", Limit: 50})) != 50 {
			b.Fatal("not 50 traces")
		}
	}
}
