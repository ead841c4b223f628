package dashboard

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/dashboard/activity"
	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
	"github.com/seastack/seastack/tools/localcloud/lambda"
)

// functionRow is a function as a list shows it.
type functionRow struct {
	Name, Label, Trigger, Doc string
	Memory                    int
	Size                      int64
	Totals                    activity.Totals
}

type functionList struct {
	Search string
	Rows   []functionRow
	List   listing
}

func (d *Dashboard) listFunctions(req *http.Request) (view, error) {
	rows, err := d.functionRows()
	if err != nil {
		return view{}, err
	}
	l := functionList{Search: req.FormValue("q")}
	rows = slices.DeleteFunc(rows, func(r functionRow) bool { return !matches(l.Search, r.Label, r.Trigger, r.Doc, r.Name) })
	l.Rows, l.List = paged(rows, req.URL)
	return view{page: "functions", title: "Functions", data: l}, nil
}

// functionRows returns all functions, by stack and name.
func (d *Dashboard) functionRows() ([]functionRow, error) {
	x, err := d.module.Load()
	if err != nil {
		return nil, err
	}
	all, err := d.Functions.Functions()
	if err != nil {
		return nil, err
	}
	totals := d.Activity.Totals()
	rows := make([]functionRow, 0, len(all))
	for _, c := range all {
		r := functionRow{
			Name: c.FunctionName, Label: x.Label(c.FunctionName), Doc: c.Description, Memory: c.MemorySize, Size: c.CodeSize,
			Totals: totals[c.FunctionName],
		}
		if f := x.Function(c.FunctionName); f != nil {
			r.Trigger, r.Doc = f.Trigger, f.Doc
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b functionRow) int { return strings.Compare(a.Label, b.Label) })
	return rows, nil
}

// functionPage is what the page of a function shows.
type functionPage struct {
	Configuration lambda.Configuration
	Label         string
	Function      *module.Function // nil: unknown
	Variables     []variable
	Uses          []use
	Recent        []invocationRow
	Request       *requestForm // nil: it has no route
	Event         string       // JSON
	Answer        *answer      // nil: nothing was sent
}

// use is what the function does with a resource, with a link to it.
type use struct {
	module.Use
	Name, Href string
}

func (d *Dashboard) showFunction(req *http.Request) (view, error) {
	p, err := d.functionPage(req.PathValue("name"))
	if err != nil {
		return view{}, err
	}
	return view{page: "function", title: p.Label, data: p}, nil
}

func (d *Dashboard) functionPage(name string) (*functionPage, error) {
	x, err := d.module.Load()
	if err != nil {
		return nil, err
	}
	c, ok, err := d.Functions.Function(name)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound("there is no function %s", name)
	}
	f := x.Function(name)
	p := &functionPage{
		Configuration: c, Label: x.Label(name), Function: f, Event: "{}", Recent: d.recent(x, name),
	}
	var secrets []string
	if f != nil {
		secrets = f.Secrets
		if len(f.Event) > 0 {
			p.Event = pretty(f.Event)
		}
		if f.Kind == "http" && f.Example != nil {
			p.Request = newRequestForm(*f)
		}
		for _, u := range f.Uses {
			p.Uses = append(p.Uses, newUse(x, u))
		}
	}
	p.Variables = variables(c, secrets)
	return p, nil
}

// recent returns the newest invocations of a function.
func (d *Dashboard) recent(x *module.Index, name string) []invocationRow {
	return d.rows(x, d.Activity.Newest(10, func(v activity.Invocation) bool { return v.Function == name }))
}

func newUse(x *module.Index, u module.Use) use {
	made := use{Use: u, Name: u.Resource}
	r := x.Resource(u.Resource)
	if r == nil {
		return made
	}
	made.Name, made.Href = r.Kind+" "+r.Name, Pages+"map?"+url.Values{"focus": {r.ID}}.Encode()
	return made
}

// variable is an environment variable of a function. The value of one that may be
// secret is not shown.
type variable struct {
	Name, Value string
	Hidden      bool
}

// secretName are names of variables whose values are not shown.
var secretName = regexp.MustCompile(`(?i)secret|passw|token|credential|private|api_?key|signing|_key$|_dsn$|_pwd$`)

func variables(c lambda.Configuration, secrets []string) (all []variable) {
	if c.Environment == nil {
		return nil
	}
	for name, value := range c.Environment.Variables {
		v := variable{Name: name, Value: value}
		if slices.Contains(secrets, name) || hides(name, value) {
			v.Value, v.Hidden = "", true
		}
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b variable) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// hides reports whether a variable may be secret: by its name, unless it is the ARN of
// what is, or because it is a URL with a password.
func hides(name, value string) bool {
	if u, err := url.Parse(value); err == nil && u.User != nil {
		return true
	}
	return secretName.MatchString(name) && !strings.HasPrefix(value, "arn:aws:")
}

// logGroup returns the log group of a function, as Lambda names it.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
func logGroup(function string) string { return "/aws/lambda/" + function }

// costRow is a function with what it costs to run.
type costRow struct {
	functionRow
	Mean time.Duration
}

type costPage struct {
	Since     time.Time
	Rows      []costRow
	List      listing
	Sort      string
	GBSeconds float64
	Total     int
}

// showCost shows how large functions are, how long they take to start and to run.
func (d *Dashboard) showCost(req *http.Request) (view, error) {
	all, err := d.functionRows()
	if err != nil {
		return view{}, err
	}
	p := costPage{Since: d.Activity.Since, Sort: req.FormValue("sort")}
	rows := make([]costRow, len(all))
	for i, r := range all {
		rows[i] = costRow{r, r.Totals.Mean()}
		p.GBSeconds += r.Totals.GBSeconds
		p.Total += r.Totals.Invocations
	}
	sortCost(rows, p.Sort)
	p.Rows, p.List = paged(rows, req.URL)
	return view{page: "cost", title: "Cost and cold starts", data: p}, nil
}

// sortCost sorts by a column, the largest first; by name for another.
func sortCost(rows []costRow, column string) {
	key := map[string]func(costRow) float64{
		"size":        func(r costRow) float64 { return float64(r.Size) },
		"init":        func(r costRow) float64 { return float64(r.Totals.LastInit) },
		"invocations": func(r costRow) float64 { return float64(r.Totals.Invocations) },
		"mean":        func(r costRow) float64 { return float64(r.Mean) },
		"gbs":         func(r costRow) float64 { return r.Totals.GBSeconds },
	}[column]
	if key != nil {
		slices.SortStableFunc(rows, func(a, b costRow) int {
			switch x, y := key(a), key(b); {
			case x > y:
				return -1
			case x < y:
				return 1
			}
			return 0
		})
	}
}
