package dashboard

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/logs"
	"github.com/seastack/seastack/tools/localcloud/traces"
)

// maxTraces is how many of the newest traces a list is made from.
const maxTraces = 10_000

type traceList struct {
	Search, Only string
	Rows         []traces.Summary
	List         listing
}

// slow is what the filter "slow" selects.
const slow = 500 * time.Millisecond

// listTraces lists the newest traces.
func (d *Dashboard) listTraces(req *http.Request) (view, error) {
	l := traceList{Search: req.FormValue("q"), Only: req.FormValue("only")}
	f := traces.Filter{Limit: maxTraces, Errors: l.Only == "errors"}
	if l.Only == "slow" {
		f.MinDuration = slow
	}
	found := d.Traces.List(f)
	if l.Search != "" {
		found = slices.DeleteFunc(found, func(s traces.Summary) bool {
			return !matches(l.Search, s.Name, s.ID, strings.Join(s.Functions, " "))
		})
	}
	l.Rows, l.List = paged(found, req.URL)
	return view{page: "traces", title: "Traces", data: l}, nil
}

// The sizes of a waterfall, in units of its drawing: a bar is drawn on a scale of
// barScale, however long the trace is.
const (
	barScale  = 1000
	leastBar  = 2
	maxIndent = 8
	maxSpans  = 1000
)

// spanRow is a span of a waterfall.
type spanRow struct {
	traces.Span
	Depth   int    // below the spans that it is part of
	X, Wide int    // of its bar
	Class   string // "sql", "error", its kind
	SQL     string
}

type tracePage struct {
	ID        string
	Name      string
	Start     time.Time
	Duration  time.Duration
	Functions []string
	Errors    int
	Rows      []spanRow
	Cut       int // spans that are not shown
	Lines     []logLine
	Linked    []string // IDs of traces that spans of this one continue
}

// showTrace shows one trace as a waterfall, with the lines that its functions logged.
func (d *Dashboard) showTrace(req *http.Request) (view, error) {
	id := strings.ToLower(req.PathValue("id"))
	spans, ok := d.Traces.Trace(id)
	if !ok || len(spans) == 0 {
		return view{}, notFound("there is no trace %s: the local cloud keeps the newest", id)
	}
	p := newTracePage(id, spans)
	lines, err := d.Logs.Find(logs.Query{Words: []string{id}, Since: p.Start.Add(-time.Minute), Limit: maxLines})
	slices.Reverse(lines)
	p.Lines = readLines(lines)
	return view{page: "trace", title: "Trace " + p.Name, data: p}, err
}

func newTracePage(id string, spans []traces.Span) tracePage {
	p := tracePage{ID: id, Name: spans[0].Name, Start: spans[0].Start}
	end := p.Start
	for _, s := range spans {
		if s.Start.Before(p.Start) {
			p.Start = s.Start
		}
		if e := s.Start.Add(s.Duration); e.After(end) {
			end = e
		}
		if s.Error != "" {
			p.Errors++
		}
		if s.Function != "" && !slices.Contains(p.Functions, s.Function) {
			p.Functions = append(p.Functions, s.Function)
		}
		for _, l := range s.Links {
			if l.TraceID != id && !slices.Contains(p.Linked, l.TraceID) {
				p.Linked = append(p.Linked, l.TraceID)
			}
		}
	}
	p.Duration = end.Sub(p.Start)
	for _, s := range inTree(spans) {
		if len(p.Rows) == maxSpans {
			p.Cut = len(spans) - maxSpans
			break
		}
		s.X, s.Wide = bar(s.Span, p.Start, p.Duration)
		p.Rows = append(p.Rows, s)
	}
	return p
}

// bar returns the place and the width of a span's bar.
func bar(s traces.Span, start time.Time, whole time.Duration) (x, width int) {
	if whole <= 0 {
		return 0, barScale
	}
	scale := float64(barScale) / float64(whole)
	x = int(float64(s.Start.Sub(start)) * scale)
	width = max(int(float64(s.Duration)*scale), leastBar)
	return min(x, barScale-leastBar), min(width, barScale-min(x, barScale-leastBar))
}

// inTree returns the spans, each followed by those that are part of it. Those whose
// parent is missing stand at the top.
func inTree(spans []traces.Span) (rows []spanRow) {
	known := map[string]bool{}
	for _, s := range spans {
		known[s.SpanID] = true
	}
	children := map[string][]traces.Span{}
	for _, s := range spans {
		parent := s.ParentID
		if !known[parent] || parent == s.SpanID {
			parent = ""
		}
		children[parent] = append(children[parent], s)
	}
	seen := map[string]bool{}
	var walk func(parent string, depth int)
	walk = func(parent string, depth int) {
		for _, s := range children[parent] {
			if seen[s.SpanID] {
				continue
			}
			seen[s.SpanID] = true
			rows = append(rows, newSpanRow(s, depth))
			walk(s.SpanID, depth+1)
		}
	}
	walk("", 0)
	return rows
}

func newSpanRow(s traces.Span, depth int) spanRow {
	r := spanRow{Span: s, Depth: min(depth, maxIndent), Class: s.Kind}
	for _, name := range []string{"db.query.text", "db.statement"} {
		if text := s.Attributes[name]; text != "" {
			r.SQL, r.Class = text, "sql"
		}
	}
	if s.Error != "" {
		r.Class = "error"
	}
	return r
}
