package traces

import (
	"cmp"
	"container/list"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// The bounds of a Store that New returns.
const (
	MaxTraces = 10_000
	MaxBytes  = 64 << 20
	// maxSpans bounds one trace, such as that of a loop of messages.
	maxSpans = 5_000
)

// Store keeps the newest traces in memory. It is safe for concurrent use.
type Store struct {
	maxTraces, maxBytes int

	mu     sync.RWMutex
	traces map[string]*entry
	age    *list.List // of *entry: the one that has waited longest for a span is in front
	bytes  int
}

// entry is a trace in a store.
type entry struct {
	summary Summary
	end     time.Time
	first   Span   // that names the trace
	spans   []Span // in the order of their arrival
	known   map[string]bool
	bytes   int
	place   *list.Element
}

// New returns a store with the default bounds.
func New() *Store { return newStore(MaxTraces, MaxBytes) }

func newStore(maxTraces, maxBytes int) *Store {
	return &Store{maxTraces: maxTraces, maxBytes: maxBytes, traces: map[string]*entry{}, age: list.New()}
}

// Add keeps spans. A span that is there already, as after an export that was
// repeated, is not kept twice. Where there are too many traces or bytes, those that
// have had no span for the longest time are dropped.
func (s *Store) Add(spans ...Span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, span := range spans {
		e := s.traces[span.TraceID]
		if e == nil {
			e = &entry{summary: Summary{ID: span.TraceID, Functions: []string{}}, known: map[string]bool{}}
			e.place = s.age.PushBack(e)
			s.traces[span.TraceID] = e
		}
		s.age.MoveToBack(e.place)
		s.bytes += e.add(span)
	}
	for len(s.traces) > s.maxTraces || s.bytes > s.maxBytes && len(s.traces) > 1 {
		s.drop()
	}
}

// drop removes the oldest trace.
func (s *Store) drop() {
	e := s.age.Remove(s.age.Front()).(*entry)
	delete(s.traces, e.summary.ID)
	s.bytes -= e.bytes
}

// add keeps a span and returns how many bytes it takes.
func (e *entry) add(span Span) int {
	if e.known[span.SpanID] || len(e.spans) >= maxSpans {
		return 0
	}
	e.known[span.SpanID] = true
	e.spans = append(e.spans, span)
	size := sizeOf(span)
	e.bytes += size
	e.summarize(span)
	return size
}

func (e *entry) summarize(span Span) {
	s := &e.summary
	if s.Spans == 0 || span.Start.Before(s.Start) {
		s.Start = span.Start
	}
	if s.Spans == 0 || e.first.after(span) {
		e.first, s.Name = span, span.Name
	}
	if end := span.End(); end.After(e.end) {
		e.end = end
	}
	s.Duration = e.end.Sub(s.Start)
	s.Spans++
	if span.Error != "" {
		s.Errors++
	}
	if span.Function != "" && !slices.Contains(s.Functions, span.Function) {
		s.Functions = append(slices.Clip(s.Functions), span.Function) // summaries that were returned keep theirs
	}
}

// after reports whether another span names a trace rather than s: one without a
// parent, else one that something invokes, else an earlier one. The init of a cold
// start is earlier than its invocation.
func (s Span) after(other Span) bool {
	if (s.ParentID == "") != (other.ParentID == "") {
		return other.ParentID == ""
	}
	if (s.Kind == Internal) != (other.Kind == Internal) {
		return s.Kind == Internal
	}
	return other.Start.Before(s.Start)
}

// spanBytes is about what a span takes beside its texts.
const spanBytes = 400

func sizeOf(s Span) int {
	size := spanBytes + len(s.Name) + len(s.Function) + len(s.Error) + len(s.Links)*64
	for name, value := range s.Attributes {
		size += 48 + len(name) + len(value)
	}
	return size
}

// Trace returns the spans of a trace, ordered by their start, and whether there is
// such a trace. The caller may change the slice, and must not change what the spans
// refer to.
func (s *Store) Trace(id string) ([]Span, bool) {
	s.mu.RLock()
	e, ok := s.traces[id]
	var spans []Span
	if ok {
		spans = slices.Clone(e.spans)
	}
	s.mu.RUnlock()
	slices.SortStableFunc(spans, func(a, b Span) int { return a.Start.Compare(b.Start) })
	return spans, ok
}

// List returns the traces that a filter selects, the newest first.
func (s *Store) List(f Filter) []Summary {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found := make([]*Summary, 0, len(s.traces))
	for e := range maps.Values(s.traces) {
		if f.selects(&e.summary) {
			found = append(found, &e.summary)
		}
	}
	slices.SortFunc(found, func(a, b *Summary) int {
		if c := b.Start.Compare(a.Start); c != 0 {
			return c
		}
		return cmp.Compare(a.ID, b.ID)
	})
	if f.Limit > 0 && len(found) > f.Limit {
		found = found[:f.Limit]
	}
	all := make([]Summary, len(found))
	for i, one := range found {
		all[i] = *one
	}
	return all
}

func (f Filter) selects(s *Summary) bool {
	return s.Duration >= f.MinDuration && (!f.Errors || s.Errors > 0) && !s.Start.Before(f.Since) &&
		(f.Function == "" || slices.ContainsFunc(s.Functions, f.matches))
}

func (f Filter) matches(function string) bool {
	stack, _, _ := strings.Cut(function, "/")
	return function == f.Function || stack == f.Function
}
