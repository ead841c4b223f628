package local

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/gen/envvar"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
	"github.com/seastack/seastack/tools/event"
	"github.com/seastack/seastack/tools/local/tables"
	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
)

// describe tells the local cloud of the module, for its dashboard.
func (u *upRun) describe(context.Context) error {
	if u.foreign != "" {
		return nil
	}
	folders := u.project.Config.Folders
	m := newDescriber(u.model, u.config.Name, folders.Services).module(time.Now())
	owned, err := tables.Find(u.project.Path(folders.Services), u.project.Migrations(), u.project.Path(folders.AnalyticsMigrations))
	if err != nil {
		return err
	}
	addTables(&m, owned)
	for _, s := range []struct {
		name  string
		store names.Store
	}{{"primary", names.Database}, {"analytics", names.Analytics}} {
		if url := u.urls[s.store]; url != "" {
			m.Databases = append(m.Databases, module.Database{Name: s.name, URL: url})
		}
	}
	return module.Save(u.cloud.Dir, m)
}

// addTables adds the tables, by the services whose code names them.
func addTables(m *module.Module, owned map[string][]string) {
	seen := map[string]bool{}
	for i := range m.Services {
		m.Services[i].Tables = owned[m.Services[i].Name]
		for _, t := range m.Services[i].Tables {
			if !seen[t] {
				seen[t] = true
				m.Resources = append(m.Resources, module.Resource{ID: "table:" + t, Kind: "table", Name: t})
			}
		}
	}
}

// describer describes a model as it is deployed to an environment.
type describer struct {
	model       model.Model
	environment string
	services    string          // prefix of the services' import paths
	known       map[string]bool // names of the services that functions are made of
}

func newDescriber(m model.Model, environment, servicesFolder string) describer {
	d := describer{model: m, environment: environment, services: m.Module + "/" + servicesFolder + "/", known: map[string]bool{}}
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			for _, step := range f.Wiring {
				if name, ok := d.service(step.Package); ok {
					d.known[name] = true
				}
			}
		}
	}
	return d
}

func (d describer) shared(name string) string {
	return names.Shared(d.model.Project, d.environment, name)
}

func (d describer) module(now time.Time) module.Module {
	m := module.Module{
		Project: d.model.Project, Path: d.model.Module, Environment: d.environment, Alias: names.Alias,
		Audience: names.LocalAudience(d.model.Project), Resources: d.resources(),
	}
	for _, s := range d.model.Stacks {
		for _, f := range s.Functions {
			m.Functions = append(m.Functions, d.function(s.Name, f, now))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.known)) {
		m.Services = append(m.Services, module.Service{Name: name, Package: d.services + name})
	}
	return m
}

// service returns the name of the service that a package is: its path below the
// services' folder.
func (d describer) service(pkg string) (string, bool) { return strings.CutPrefix(pkg, d.services) }

func (d describer) function(stack string, f model.Function, now time.Time) module.Function {
	t := f.Trigger
	out := module.Function{
		Name: names.Function(d.model.Project, d.environment, stack, f.Name), Stack: stack, Function: f.Name, Doc: f.Doc,
		Handler: names.Handler(f.Handler), Source: f.Pos.File + ":" + strconv.Itoa(f.Pos.Line), Kind: string(t.Kind),
		Trigger: started(t), Services: d.direct(f),
	}
	switch {
	case t.HTTP != nil:
		out.Auth, out.Scopes, out.Example = t.HTTP.Auth, t.HTTP.Scopes, request(*t.HTTP, f.Example)
		if t.HTTP.IsPublic() {
			out.Auth = model.Public
		}
	case t.Event != nil:
		out.Starts = "event:" + t.Event.Event
	case t.Object != nil:
		out.Starts = "bucket:" + t.Object.Bucket
	case t.Queue != nil:
		out.Starts = "queue:" + t.Queue.Queue
	}
	if use.FunctionDeadLetters(f) {
		out.DeadLetters = d.shared(names.DeadLetters(f.Name))
	}
	for _, v := range f.Variables {
		if v.Kind == envvar.Secret {
			out.Secrets = append(out.Secrets, v.Name)
		}
	}
	for _, g := range f.Grants {
		if u, ok := d.use(g); ok {
			out.Uses = append(out.Uses, u)
		}
	}
	out.Event = sent(t, f.Example, now)
	return out
}

// started returns what starts a function, in few words.
func started(t model.Trigger) string {
	switch t.Kind {
	case model.HTTPTrigger:
		return t.HTTP.Route()
	case model.ScheduleTrigger:
		return t.Schedule.Expression
	}
	text := names.StartedBy(t)
	for _, word := range []string{"on messages of the ", "on the ", "on "} {
		if rest, ok := strings.CutPrefix(text, word); ok {
			return rest
		}
	}
	return text
}

// request returns the example of a request to a route.
func request(h model.HTTP, e *model.Example) *module.Example {
	r := &module.Example{Method: h.Method, Path: h.Path, Values: map[string]string{}}
	if r.Method == "ANY" {
		r.Method = "GET"
	}
	for part := range strings.SplitSeq(h.Path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			r.Values[strings.TrimRight(name, "+}")] = "1"
		}
	}
	if e == nil {
		return r
	}
	for name, value := range e.Path {
		r.Values[name] = value
	}
	r.Query, r.Header, r.Body = e.Query, e.Header, e.Body
	return r
}

// sent returns an example of what a trigger sends; nil where none can be made.
func sent(t model.Trigger, e *model.Example, now time.Time) []byte {
	var body []byte
	if e != nil {
		body = e.Body
	}
	raw, err := event.Default(t, body, now)
	if err != nil {
		return nil // the form begins with {}
	}
	return raw
}

// direct returns the services that a handler's constructor takes.
func (d describer) direct(f model.Function) (all []string) {
	made := map[string]string{} // services by variable
	for i, step := range f.Wiring {
		if name, ok := d.service(step.Package); ok {
			made[step.Var] = name
		}
		if i < len(f.Wiring)-1 {
			continue
		}
		for _, a := range step.Args {
			if name := made[a.Var]; name != "" && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// use returns what a grant lets a function do with a resource; false for what its
// trigger does.
func (d describer) use(g model.Grant) (module.Use, bool) {
	kinds := map[model.GrantKind]struct{ verb, kind string }{
		model.DatabaseGrant: {"uses", "database"}, model.ReplicaGrant: {"reads", "database"}, model.AnalyticsGrant: {"uses", "database"},
		model.QueueSendGrant: {"sends to", "queue"}, model.EventPublishGrant: {"publishes", "event"}, model.SecretReadGrant: {"reads", "secret"},
		model.BucketReadGrant: {"reads", "bucket"}, model.BucketWriteGrant: {"writes", "bucket"}, model.InvokeGrant: {"invokes", "function"},
	}
	k, ok := kinds[g.Kind]
	if !ok {
		return module.Use{}, false
	}
	name := g.Resource
	if k.kind == "bucket" {
		name, _, _ = strings.Cut(name, "/")
	}
	u := module.Use{Resource: k.kind + ":" + name, Verb: k.verb}
	if n := len(g.Chain); n >= 2 {
		maker, _, _ := strings.Cut(g.Chain[n-2], ".")
		if d.known[maker] {
			u.Service = maker
		}
	}
	return u, true
}

func (d describer) resources() (all []module.Resource) {
	for _, q := range d.model.Queues {
		all = append(all, module.Resource{
			ID: "queue:" + q.Name, Kind: "queue", Name: q.Name, AWS: d.shared(names.Queue(q, q.Name)),
			DeadLetters: d.shared(names.Queue(q, names.DeadLetters(q.Name))),
		})
	}
	for _, e := range d.model.Events {
		all = append(all, module.Resource{ID: "event:" + e.Name, Kind: "event", Name: e.Name})
	}
	for _, s := range d.model.Secrets {
		all = append(all, module.Resource{ID: "secret:" + s.Name, Kind: "secret", Name: s.Name})
	}
	for _, b := range d.model.Buckets {
		r := module.Resource{ID: "bucket:" + b.Name, Kind: "bucket", Name: b.Name}
		if !slices.ContainsFunc(all, func(o module.Resource) bool { return o.ID == r.ID }) {
			all = append(all, r)
		}
	}
	for _, name := range []string{"primary", "replica", "analytics"} {
		all = append(all, module.Resource{ID: "database:" + name, Kind: "database", Name: name})
	}
	for _, s := range d.model.Stacks {
		for _, f := range s.Functions {
			name := model.FunctionRef{Stack: s.Name, Function: f.Name}.String()
			all = append(all, module.Resource{ID: "function:" + name, Kind: "function", Name: name})
		}
	}
	return all
}
