package dashboard

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/logs"
)

// maxLines is how many lines a page of logs has.
const maxLines = 500

// ranges are how far back a search goes, by their names in the form.
var ranges = []struct {
	Name, Text string
	length     time.Duration
}{
	{"15m", "15 minutes", 15 * time.Minute}, {"1h", "1 hour", time.Hour}, {"24h", "24 hours", 24 * time.Hour}, {"all", "all", 0},
}

type logPage struct {
	Search, Function, Range string
	Ranges                  any
	Functions               []string          // names of those that exist
	Labels                  map[string]string // by function and by group
	Lines                   []logLine
	Full                    bool // there are more
}

// searchLogs shows the newest lines that have all words of a search.
func (d *Dashboard) searchLogs(req *http.Request) (view, error) {
	p := logPage{Search: req.FormValue("q"), Function: req.FormValue("function"), Range: req.FormValue("since"), Ranges: ranges}
	q := logs.Query{Words: strings.Fields(p.Search), Since: d.Env.Now().Add(-time.Hour), Limit: maxLines}
	if p.Range == "" {
		p.Range = "1h"
	}
	for _, r := range ranges {
		if r.Name == p.Range && r.length > 0 {
			q.Since = d.Env.Now().Add(-r.length)
		} else if r.Name == p.Range {
			q.Since = time.Time{}
		}
	}
	if p.Function != "" {
		q.Prefix = logGroup(p.Function) + ":"
	}
	rows, err := d.functionRows()
	if err != nil {
		return view{}, err
	}
	p.Labels = map[string]string{}
	for _, r := range rows {
		p.Functions = append(p.Functions, r.Name)
		p.Labels[r.Name], p.Labels[logGroup(r.Name)] = r.Label, r.Label
	}
	lines, err := d.Logs.Find(q)
	p.Lines, p.Full = readLines(lines), len(lines) == maxLines
	return view{page: "logs", title: "Logs", data: p}, err
}

// logLine is a line with the parts of one in JSON.
type logLine struct {
	logs.Line
	Level   string // in lower case
	Text    string
	Request string // ID
	Trace   string // ID
}

// readLines reads the parts of lines that are JSON, as slog and Lambda write them.
func readLines(lines []logs.Line) []logLine {
	all := make([]logLine, len(lines))
	for i, l := range lines {
		all[i] = readLine(l)
	}
	return all
}

func readLine(l logs.Line) logLine {
	line := logLine{Line: l, Text: l.Message}
	var parts map[string]any
	if !strings.HasPrefix(l.Message, "{") || json.Unmarshal([]byte(l.Message), &parts) != nil {
		return line
	}
	text := func(names ...string) string {
		for _, name := range names {
			if s, ok := parts[name].(string); ok {
				delete(parts, name)
				return s
			}
		}
		return ""
	}
	line.Level, line.Request, line.Trace = strings.ToLower(text("level")), text("requestId", "request_id"), text("trace_id")
	said := text("msg", "message", "type")
	delete(parts, "time")
	if said == "" {
		return line
	}
	line.Text = said
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		value, _ := json.Marshal(parts[name]) // it was JSON
		line.Text += " " + name + "=" + string(value)
	}
	return line
}
