package dashboard

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// navigation are the pages that each page links to.
var navigation = []struct{ Name, Path string }{
	{"Overview", Path}, {"Map", Pages + "map"}, {"Functions", Pages + "functions"}, {"Requests", Pages + "requests"},
	{"Invocations", Pages + "invocations"}, {"Traces", Pages + "traces"}, {"Logs", Pages + "logs"}, {"Queues", Pages + "queues"},
	{"Objects", Pages + "objects"}, {"Schedules", Pages + "schedules"}, {"Database", Pages + "database"},
	{"Cost", Pages + "cost"},
}

// parsePages returns the templates of the pages, by name.
func parsePages() (map[string]*template.Template, error) {
	base, err := template.New("layout.html").Funcs(functions).ParseFS(templates, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" || name == "parts" {
			continue
		}
		page, err := base.Clone()
		if err == nil {
			_, err = page.ParseFS(templates, file)
		}
		if err != nil {
			return nil, err
		}
		pages[name] = page
	}
	return pages, nil
}

var functions = template.FuncMap{
	"navigation": func() any { return navigation },
	"current":    current,
	"duration":   duration,
	"ago":        func(t, now time.Time) string { return ago(t, now) },
	"clock":      func(t time.Time) string { return t.Local().Format("15:04:05.000") },
	"stamp":      func(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") },
	"iso":        func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") },
	"bytes":      size,
	"number":     number,
	"pretty":     pretty,
	"add":        func(a, b int) int { return a + b },
	"sorted":     func(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) },
	"join":       strings.Join,
	"function":   func(name string) string { return Pages + "functions/" + url.PathEscape(name) },
	"invocation": func(id string) string { return Pages + "invocations/" + url.PathEscape(id) },
	"trace":      func(id string) string { return Pages + "traces/" + url.PathEscape(id) },
	"queue":      func(name string) string { return Pages + "queues/" + url.PathEscape(name) },
	"bucket":     func(name string) string { return Pages + "objects/" + url.PathEscape(name) },
	"logsOf":     func(words string) string { return Pages + "logs?" + url.Values{"q": {words}}.Encode() },
	"overview":   func() string { return Path },
	"ui":         func(page string) string { return Pages + page },
}

// current reports whether the page at a path belongs to an entry of the navigation.
func current(entry, page string) bool {
	return page == entry || entry != Path && strings.HasPrefix(page, entry+"/")
}

// duration returns a duration for people: 1.25 ms, 340 ms, 2.1 s.
func duration(d time.Duration) string {
	switch {
	case d <= 0:
		return "–"
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2f ms", d.Seconds()*1000)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// ago returns how long ago a time was, or in how long it will be.
func ago(t, now time.Time) string {
	if t.IsZero() {
		return "–"
	}
	d := now.Sub(t)
	if d < 0 {
		return "in " + rough(-d)
	}
	return rough(d) + " ago"
}

// rough returns a duration in its largest unit.
func rough(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// size returns a number of bytes in the largest unit that it fills.
func size(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	value, i := float64(n), 0
	for value >= 1024 && i < len(units)-1 {
		value, i = value/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", value, units[i])
}

// number returns a number with its thousands apart.
func number(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// pretty returns JSON with its members on lines of their own, and another text as it
// is.
func pretty(raw any) string {
	text := fmt.Sprintf("%s", raw)
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

// versions are the digests of the static files.
var versions = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, name := range []string{"style.css", "app.js"} {
		raw, _ := static.ReadFile("static/" + name) // it is part of the program
		sum := sha256.Sum256(raw)
		all[name] = hex.EncodeToString(sum[:6])
	}
	return all
})

// versioned returns the address of a static file, which changes with its content.
func versioned(name string) string { return Pages + "static/" + name + "?v=" + versions()[name] }

// perPage is how many rows a page of a list has.
const perPage = 50

// listing is one page of a list.
type listing struct {
	Total, From, To int
	Previous, Next  string // addresses; empty: none
}

// paged returns the part of a list that a request asks for by its parameter page.
func paged[T any](all []T, at *url.URL) ([]T, listing) {
	page, _ := strconv.Atoi(at.Query().Get("page")) // the first page for what is no number
	page = min(max(page, 1), max((len(all)+perPage-1)/perPage, 1))
	start := (page - 1) * perPage
	end := min(start+perPage, len(all))
	l := listing{Total: len(all), From: min(start+1, end), To: end}
	if page > 1 {
		l.Previous = withParameter(at, "page", strconv.Itoa(page-1))
	}
	if end < len(all) {
		l.Next = withParameter(at, "page", strconv.Itoa(page+1))
	}
	return all[start:end], l
}

// withParameter returns an address with one parameter set.
func withParameter(at *url.URL, name, value string) string {
	q := at.Query()
	q.Set(name, value)
	return at.Path + "?" + q.Encode()
}

// matches reports whether one of the texts has all words of a search, in any case.
func matches(search string, texts ...string) bool {
	text := strings.ToLower(strings.Join(texts, " "))
	for _, word := range strings.Fields(strings.ToLower(search)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
