package dashboard

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/seastack/seastack/tools/localcloud/dashboard/activity"
	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
	"github.com/seastack/seastack/tools/localcloud/logs"
)

// The states of an invocation.
const (
	running   = "running"
	succeeded = "ok"
	failed    = "failed"
)

// invocationRow is an invocation as a list shows it, and the JSON of a live one.
type invocationRow struct {
	ID       string    `json:"id"`
	Href     string    `json:"href"`
	Function string    `json:"function"`
	Began    time.Time `json:"-"`
	Clock    string    `json:"began"`
	Status   string    `json:"status"`
	Duration string    `json:"duration"`
	Init     string    `json:"init"` // of a cold start
}

func (d *Dashboard) rows(x *module.Index, all []activity.Invocation) []invocationRow {
	rows := make([]invocationRow, len(all))
	for i, v := range all {
		rows[i] = row(x, v)
	}
	return rows
}

func row(x *module.Index, v activity.Invocation) invocationRow {
	r := invocationRow{
		ID: v.ID, Href: Pages + "invocations/" + v.ID, Function: x.Label(v.Function), Began: v.Began,
		Clock: v.Began.Local().Format("15:04:05.000"), Status: statusOf(v),
	}
	if !v.Running {
		r.Duration = duration(v.Duration)
	}
	if v.Init > 0 {
		r.Init = duration(v.Init)
	}
	return r
}

func statusOf(v activity.Invocation) string {
	switch {
	case v.Running:
		return running
	case v.Failure != "":
		return failed
	}
	return succeeded
}

type invocationList struct {
	Search, Status string
	Statuses       []string
	Rows           []invocationRow
	List           listing
	Live           bool // rows that come are added
}

func (d *Dashboard) listInvocations(req *http.Request) (view, error) {
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	l := invocationList{Search: req.FormValue("q"), Status: req.FormValue("status"), Statuses: []string{running, succeeded, failed}}
	found := d.Activity.Newest(1<<20, func(v activity.Invocation) bool {
		return (l.Status == "" || statusOf(v) == l.Status) && matches(l.Search, x.Label(v.Function), v.ID)
	})
	found, l.List = paged(found, req.URL)
	l.Rows, l.Live = d.rows(x, found), l.List.Previous == "" && l.Search == "" && l.Status == ""
	return view{page: "invocations", title: "Invocations", data: l}, nil
}

type invocationPage struct {
	activity.Invocation
	Label, Status string
	Lines         []logLine
	Traces        []string // IDs, of its lines
}

func (d *Dashboard) showInvocation(req *http.Request) (view, error) {
	v, ok := d.Activity.Find(req.PathValue("id"))
	if !ok {
		return view{}, notFound("the invocation %s is not remembered: a restart of the local cloud forgets them", req.PathValue("id"))
	}
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	p := invocationPage{Invocation: v, Label: x.Label(v.Function), Status: statusOf(v)}
	lines, err := d.Logs.Find(logs.Query{
		Prefix: logGroup(v.Function) + ":", Words: []string{v.ID}, Since: v.Began.Add(-time.Minute), Limit: maxLines,
	})
	slices.Reverse(lines)
	p.Lines = readLines(lines)
	for _, l := range p.Lines {
		if l.Trace != "" && !slices.Contains(p.Traces, l.Trace) {
			p.Traces = append(p.Traces, l.Trace)
		}
	}
	return view{page: "invocation", title: "Invocation " + v.ID, data: p}, err
}

// heartbeat is how often a live stream that has nothing to tell sends a comment, so
// that one whose reader is gone ends.
const heartbeat = 15 * time.Second

// live streams invocations as they begin and end, as server-sent events.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func (d *Dashboard) live(w http.ResponseWriter, req *http.Request) {
	events, stop := d.Activity.Listen()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	fmt.Fprint(w, ": live\n\n")
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for out.Flush() == nil {
		select {
		case v := <-events:
			x, _ := d.module.Load() // the last that could be read
			raw, err := json.Marshal(row(x, v))
			if err != nil {
				return
			}
			fmt.Fprintf(w, "data: %s\n\n", raw)
		case <-tick.C:
			fmt.Fprint(w, ": live\n\n")
		case <-req.Context().Done():
			return
		case <-d.ended:
			return
		}
	}
}
