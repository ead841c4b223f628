// Package trace reads traces of the local cloud, and works out where their time
// went. It knows the shape of a trace, and not how it is shown.
package trace

import (
	"cmp"
	"slices"
	"time"

	"github.com/seastack/seastack/tools/localcloud/traces"
)

// Report is a trace with what follows from its spans.
type Report struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"` // of its first invocation
	Start     time.Time     `json:"start"`
	Duration  time.Duration `json:"duration"` // in JSON in nanoseconds, as all durations here
	Errors    int           `json:"errors"`
	Rows      []Row         `json:"spans"`     // each below its parent
	Functions []Share       `json:"functions"` // where the time went, by their first span
	Linked    []string      `json:"linked"`    // IDs of traces that its spans are linked to
}

// Row is a span in its place.
type Row struct {
	traces.Span
	Depth   int           `json:"depth"`   // 0: it has no parent in the trace
	Offset  time.Duration `json:"offset"`  // from the start of the trace
	Waiting time.Duration `json:"waiting"` // from the end of what has sent its message, or the start of what has invoked it, to its start; without the function's start
}

// Share is a function's part in the time of a trace.
type Share struct {
	Function string        `json:"function"`
	Runs     int           `json:"runs"`    // invocations, and messages of a batch
	Total    time.Duration `json:"total"`   // of its invocations
	Own      time.Duration `json:"own"`     // of the total, what is in no span of another kind: the function's own code
	SQL      time.Duration `json:"sql"`     // of the total, statements and connections
	Calls    time.Duration `json:"calls"`   // of the total, calls of AWS and of other functions
	Init     time.Duration `json:"init"`    // cold starts, before its invocations
	Waiting  time.Duration `json:"waiting"` // of its messages in queues, and until its invocations began
}

// Analyze returns the report of a trace's spans, which are ordered by their start.
func Analyze(id string, spans []traces.Span) Report {
	r := Report{ID: id, Rows: []Row{}, Functions: []Share{}, Linked: []string{}}
	if len(spans) == 0 {
		return r
	}
	t := newTree(spans)
	r.Start, r.Name = spans[0].Start, t.roots[0].Name
	for _, s := range spans {
		r.Duration = max(r.Duration, s.End().Sub(r.Start))
		if s.Error != "" {
			r.Errors++
		}
		for _, l := range s.Links {
			if l.TraceID != id && !slices.Contains(r.Linked, l.TraceID) {
				r.Linked = append(r.Linked, l.TraceID)
			}
		}
	}
	for _, root := range t.roots {
		r.add(t, root, 0)
	}
	for _, s := range spans {
		r.count(t, s)
	}
	return r
}

// add adds a span and those below it.
func (r *Report) add(t *tree, s traces.Span, depth int) {
	r.Rows = append(r.Rows, Row{Span: s, Depth: depth, Offset: s.Start.Sub(r.Start), Waiting: t.waiting(s)})
	for _, child := range t.children[s.SpanID] {
		r.add(t, child, depth+1)
	}
}

// count adds a span to its function's share.
func (r *Report) count(t *tree, s traces.Span) {
	if s.Function == "" {
		return
	}
	i := slices.IndexFunc(r.Functions, func(f Share) bool { return f.Function == s.Function })
	if i < 0 {
		i = len(r.Functions)
		r.Functions = append(r.Functions, Share{Function: s.Function})
	}
	f := &r.Functions[i]
	switch {
	case isInit(s):
		f.Init += s.Duration
	case isRun(s):
		f.Runs++
		f.Total += s.Duration
		f.Own += s.Duration - covered(s, t.children[s.SpanID])
		f.Waiting += t.waiting(s)
	case s.Kind == traces.Internal: // a handler's own span
		if d := covered(s, t.children[s.SpanID]); d < s.Duration {
			f.Own += s.Duration - d
		}
	case isSQL(s):
		f.SQL += s.Duration
	default:
		f.Calls += s.Duration
	}
}

func isRun(s traces.Span) bool  { return s.Kind == traces.Server || s.Kind == traces.Consumer }
func isInit(s traces.Span) bool { return s.Kind == traces.Internal && s.Name == "init" }
func isSQL(s traces.Span) bool {
	return s.Attributes["db.system.name"] != "" || s.Attributes["db.system"] != ""
}

// tree is the spans of a trace by their parents.
type tree struct {
	byID     map[string]traces.Span
	children map[string][]traces.Span
	roots    []traces.Span // an invocation is before what is none
}

func newTree(spans []traces.Span) *tree {
	t := &tree{byID: map[string]traces.Span{}, children: map[string][]traces.Span{}}
	for _, s := range spans {
		t.byID[s.SpanID] = s
	}
	for _, s := range spans {
		if _, ok := t.byID[s.ParentID]; ok && s.ParentID != s.SpanID {
			t.children[s.ParentID] = append(t.children[s.ParentID], s)
		} else {
			t.roots = append(t.roots, s)
		}
	}
	if len(t.roots) == 0 { // spans that are each other's parents, which no SDK makes
		t.roots = spans[:1]
		t.children = nil
	}
	slices.SortStableFunc(t.roots, func(a, b traces.Span) int {
		rank := func(s traces.Span) int {
			if isRun(s) {
				return 0
			}
			return 1
		}
		return cmp.Compare(rank(a), rank(b))
	})
	return t
}

// waiting returns how long an invocation has waited for its beginning: a message
// since it was sent, another one since it was asked for. What its function's cold
// start took of that is not in it.
func (t *tree) waiting(s traces.Span) time.Duration {
	parent, ok := t.byID[s.ParentID]
	if !ok || !isRun(s) || isRun(parent) {
		return 0
	}
	from := parent.Start
	if s.Kind == traces.Consumer {
		from = parent.End()
	}
	wait := s.Start.Sub(from)
	for _, child := range t.children[s.SpanID] {
		if isInit(child) {
			wait -= overlap(child, from, s.Start)
		}
	}
	return max(0, wait)
}

// overlap returns how much of a span is between two times.
func overlap(s traces.Span, from, to time.Time) time.Duration {
	if s.Start.After(from) {
		from = s.Start
	}
	if s.End().Before(to) {
		to = s.End()
	}
	return max(0, to.Sub(from))
}

// covered returns how much of a span is in at least one of its children, which are
// ordered by their start.
func covered(s traces.Span, children []traces.Span) (sum time.Duration) {
	at := s.Start
	for _, child := range children {
		if isRun(child) { // it runs on its own
			continue
		}
		sum += overlap(child, at, s.End())
		if child.End().After(at) {
			at = child.End()
		}
	}
	return sum
}
