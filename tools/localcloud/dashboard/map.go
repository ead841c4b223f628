package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seastack/seastack/tools/localcloud/dashboard/diagram"
	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
)

// The columns of the map.
const (
	startColumn = iota
	functionColumn
	serviceColumn
	resourceColumn
)

var columns = []string{"What starts them", "Functions", "Services", "What they use"}

// maxDrawn is how many functions the map draws one by one: of more it draws the
// stacks.
const maxDrawn = 120

// longestLabel is how many characters of a name a node shows.
const longestLabel = 30

type mapPage struct {
	Drawing diagram.Drawing
	Stack   string // that is drawn alone; empty: all
	Stacks  []string
	Focus   string // ID of the node whose neighbours are drawn alone
	Title   string // of that node
	Grouped bool   // stacks stand for their functions
	Cut     int    // functions that are not drawn
	Sizes   struct{ Width, Height int }
}

// showMap draws the module, or a part of it.
func (d *Dashboard) showMap(req *http.Request) (view, error) {
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	p := mapPage{Stack: req.FormValue("stack"), Focus: req.FormValue("focus"), Stacks: stacksOf(x)}
	functions := x.Module.Functions
	if p.Stack != "" {
		functions = slices.DeleteFunc(slices.Clone(functions), func(f module.Function) bool { return f.Stack != p.Stack })
	}
	p.Grouped = p.Focus == "" && p.Stack == "" && len(functions) > maxDrawn
	if p.Focus == "" && !p.Grouped && len(functions) > maxDrawn {
		p.Cut, functions = len(functions)-maxDrawn, functions[:maxDrawn]
	}
	b := newMapBuilder(x, p.Grouped)
	for _, f := range functions {
		b.function(f)
	}
	b.tables()
	if p.Focus != "" {
		p.Title = b.focus(p.Focus)
		if p.Title == "" {
			return view{}, notFound("the map has no %s", p.Focus)
		}
	}
	p.Drawing = diagram.Layout(columns, b.nodes, b.edges)
	p.Sizes.Width, p.Sizes.Height = diagram.NodeWidth, diagram.NodeHeight
	return view{page: "map", title: "Map", data: p}, nil
}

func stacksOf(x *module.Index) (names []string) {
	for _, f := range x.Module.Functions {
		if !slices.Contains(names, f.Stack) {
			names = append(names, f.Stack)
		}
	}
	return names
}

// mapBuilder collects the nodes and edges of a map.
type mapBuilder struct {
	index   *module.Index
	grouped bool
	nodes   []diagram.Node
	edges   []diagram.Edge
	byID    map[string]bool
}

func newMapBuilder(x *module.Index, grouped bool) *mapBuilder {
	return &mapBuilder{index: x, grouped: grouped, byID: map[string]bool{}}
}

func (b *mapBuilder) node(n diagram.Node) string {
	if b.byID[n.ID] {
		return n.ID
	}
	b.byID[n.ID] = true
	n.Detail = strings.TrimSpace(n.Kind + " " + n.Label + " " + n.Detail)
	n.Label = shortened(n.Label)
	if n.Column != functionColumn && n.Column != serviceColumn && utf8.RuneCountInString(n.Label+n.Kind) < longestLabel {
		n.Tag = n.Kind
	}
	b.nodes = append(b.nodes, n)
	return n.ID
}

func shortened(label string) string {
	if utf8.RuneCountInString(label) <= longestLabel {
		return label
	}
	return string([]rune(label)[:longestLabel-1]) + "…"
}

func (b *mapBuilder) edge(from, to string) {
	b.edges = append(b.edges, diagram.Edge{From: from, To: to})
}

// function adds a function with all that it has to do with.
func (b *mapBuilder) function(f module.Function) {
	id := b.functionNode(f)
	if start := b.start(f); start != "" {
		b.edge(start, id)
	}
	for _, s := range f.Services {
		b.edge(id, b.service(s))
	}
	for _, u := range f.Uses {
		if b.hasTables(u) {
			continue // they are drawn in its place
		}
		resource := b.resource(u.Resource)
		if u.Service == "" {
			b.edge(id, resource)
			continue
		}
		b.edge(b.service(u.Service), resource)
		if !slices.Contains(f.Services, u.Service) {
			b.edge(id, b.service(u.Service))
		}
	}
}

// hasTables reports whether a service uses a database of which its tables are known.
func (b *mapBuilder) hasTables(u module.Use) bool {
	return strings.HasPrefix(u.Resource, "database:") && slices.ContainsFunc(b.index.Services, func(s module.Service) bool {
		return s.Name == u.Service && len(s.Tables) > 0
	})
}

func (b *mapBuilder) functionNode(f module.Function) string {
	if b.grouped {
		return b.node(diagram.Node{
			ID: "stack:" + f.Stack, Label: f.Stack, Kind: "stack", Column: functionColumn,
			Href: Pages + "map?" + url.Values{"stack": {f.Stack}}.Encode(),
		})
	}
	return b.node(diagram.Node{
		ID: "function:" + f.Name, Label: f.ID(), Kind: "function", Column: functionColumn, Detail: f.Doc,
		Href: Pages + "functions/" + url.PathEscape(f.Name),
	})
}

// start adds what starts a function; "" for one that is only invoked directly.
func (b *mapBuilder) start(f module.Function) string {
	kind, label := f.Kind, f.Trigger
	switch {
	case f.Kind == "invoke":
		return ""
	case f.Starts != "":
		if r := b.index.Resource(f.Starts); r != nil {
			kind, label = r.Kind, r.Name
		}
		return b.node(b.focusable(diagram.Node{ID: "start:" + f.Starts, Label: label, Kind: kind, Column: startColumn}, f.Starts))
	case b.grouped:
		return b.node(diagram.Node{ID: "start:" + kind, Label: groupNames[kind], Kind: kind, Column: startColumn})
	}
	return b.node(diagram.Node{
		ID: "start:" + f.Name, Label: label, Kind: kind, Column: startColumn,
		Href: Pages + "functions/" + url.PathEscape(f.Name),
	})
}

// groupNames are what the map of stacks calls all that starts functions in one way.
var groupNames = map[string]string{
	"http": "Routes", "schedule": "Schedules", "stream": "URLs", "authorizer": "Authorizers", "queue": "Queues",
	"event": "Events", "object": "Objects",
}

func (b *mapBuilder) focusable(n diagram.Node, id string) diagram.Node {
	n.Href = Pages + "map?" + url.Values{"focus": {id}}.Encode()
	return n
}

func (b *mapBuilder) service(name string) string {
	id := "service:" + name
	return b.node(b.focusable(diagram.Node{ID: id, Label: name, Kind: "service", Column: serviceColumn}, id))
}

func (b *mapBuilder) resource(id string) string {
	n := diagram.Node{ID: id, Label: id, Column: resourceColumn}
	if r := b.index.Resource(id); r != nil {
		n.Label, n.Kind = r.Name, r.Kind
	}
	return b.node(b.focusable(n, id))
}

// tables adds the tables of the services that are drawn.
func (b *mapBuilder) tables() {
	for _, s := range b.index.Services {
		if !b.byID["service:"+s.Name] {
			continue
		}
		for _, t := range s.Tables {
			b.edge("service:"+s.Name, b.resource("table:"+t))
		}
	}
}

// focus leaves a node, its neighbours and theirs towards both sides; it returns the
// node's name, "" if there is no such node.
func (b *mapBuilder) focus(id string) string {
	keep := map[string]bool{}
	for _, n := range b.nodes {
		if n.ID == id || n.ID == "start:"+id {
			keep[n.ID] = true
		}
	}
	title := ""
	for _, n := range b.nodes {
		if keep[n.ID] {
			title = n.Detail
		}
	}
	b.spread(keep, func(e diagram.Edge) (string, string) { return e.From, e.To })
	b.spread(keep, func(e diagram.Edge) (string, string) { return e.To, e.From })
	b.nodes = slices.DeleteFunc(b.nodes, func(n diagram.Node) bool { return !keep[n.ID] })
	return title
}

// spread keeps what can be reached from what is kept, in one direction.
func (b *mapBuilder) spread(keep map[string]bool, ends func(diagram.Edge) (from, to string)) {
	reached := map[string]bool{}
	for id := range keep {
		reached[id] = true
	}
	for grew := true; grew; {
		grew = false
		for _, e := range b.edges {
			if from, to := ends(e); reached[from] && !reached[to] {
				reached[to], grew = true, true
			}
		}
	}
	for id := range reached {
		keep[id] = true
	}
}
