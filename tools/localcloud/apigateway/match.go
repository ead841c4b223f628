package apigateway

import (
	"cmp"
	"slices"
	"strings"
)

// table holds the routes of a stage, the most specific first.
type table struct {
	entries      []entry
	fallback     *route // $default
	integrations map[string]integration
	authorizers  map[string]authorizer
}

// entry is a route as the data plane matches it.
type entry struct {
	route    route
	method   string // "ANY" for all
	segments []segment
}

// segment is one segment of a route's path. More specific ones have a higher
// rank.
type segment struct {
	rank int
	text string // the literal text, or the name of the variable
}

const (
	greedy = iota // {name+}: one or more segments
	variable
	static
)

func newTable(p snapshot) *table {
	t := &table{integrations: map[string]integration{}, authorizers: map[string]authorizer{}}
	for _, i := range p.Integrations {
		t.integrations[i.ID] = i
	}
	for _, z := range p.Authorizers {
		t.authorizers[z.ID] = z
	}
	for _, r := range p.Routes {
		if r.Key == defaultRoute {
			t.fallback = &r
			continue
		}
		method, path, _ := strings.Cut(r.Key, " ")
		t.entries = append(t.entries, entry{r, method, parseSegments(path)})
	}
	slices.SortStableFunc(t.entries, compareEntries)
	return t
}

func parseSegments(path string) (all []segment) {
	for _, s := range strings.Split(path, "/")[1:] {
		name, isVariable := strings.CutPrefix(s, "{")
		name = strings.TrimSuffix(name, "}")
		plain, isGreedy := strings.CutSuffix(name, "+")
		switch {
		case isVariable && isGreedy:
			all = append(all, segment{greedy, plain})
		case isVariable:
			all = append(all, segment{variable, name})
		default:
			all = append(all, segment{static, s})
		}
	}
	return all
}

// compareEntries sorts by AWS's priority: a full match before one with a greedy
// variable, the longer path before the shorter, a method before ANY.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func compareEntries(a, b entry) int {
	for i := range min(len(a.segments), len(b.segments)) {
		if c := cmp.Compare(b.segments[i].rank, a.segments[i].rank); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(len(b.segments), len(a.segments)); c != 0 {
		return c
	}
	if (a.method == "ANY") != (b.method == "ANY") {
		if a.method == "ANY" {
			return 1
		}
		return -1
	}
	return cmp.Compare(a.route.Key, b.route.Key)
}

// find returns the route of a decoded path, and the values of its variables.
func (t *table) find(method, path string) (r *route, vars map[string]string) {
	have := strings.Split(path, "/")[1:]
	for i := range t.entries {
		e := &t.entries[i]
		if e.method != method && e.method != "ANY" {
			continue
		}
		if vars, ok := e.match(have); ok {
			return &e.route, vars
		}
	}
	return t.fallback, nil
}

func (e *entry) match(have []string) (map[string]string, bool) {
	var vars map[string]string
	bind := func(name, value string) {
		if vars == nil {
			vars = map[string]string{}
		}
		vars[name] = value
	}
	for i, want := range e.segments {
		switch {
		case i >= len(have):
			return nil, false
		case want.rank == greedy:
			rest := strings.Join(have[i:], "/")
			bind(want.text, rest)
			return vars, rest != ""
		case want.rank == variable && have[i] != "":
			bind(want.text, have[i])
		case want.rank == static && want.text == have[i]:
		default:
			return nil, false
		}
	}
	return vars, len(have) == len(e.segments)
}
