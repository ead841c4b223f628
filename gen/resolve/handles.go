package resolve

import (
	"go/types"
	"slices"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/signature"
)

// core is where the handles are, in whatever module uses them.
const core = "github.com/seastack/seastack/core/"

// handle is a type of core that stands for a shared resource, or for what the
// platform provides to each function.
type handle struct {
	typ      string // as types.TypeString writes it, without type arguments
	pkg, fn  string // what opens it
	context  bool   // takes main's context
	err      bool   // returns an error as well
	of       string // takes the name that its type argument declares with the verb: "queue"; or that of the "function" which takes it
	grant    model.GrantKind
	also     model.GrantKind // a second grant
	on       bool            // takes the *db.Primary as well, after the context
	resource string
	name     string // of the variable
}

// handles is the table of all handles. A new one needs a line here, its type in
// core, and its grant in the emitters.
var handles = []handle{
	{typ: "*" + core + "db.Primary", pkg: core + "db", fn: "OpenPrimary", context: true, err: true, grant: model.DatabaseGrant, resource: "primary", name: "primary"},
	{typ: "*" + core + "db.Replica", pkg: core + "db", fn: "OpenReplica", context: true, err: true, grant: model.DatabaseGrant, resource: "replica", name: "replica"},
	{typ: "*" + core + "db.Analytics", pkg: core + "db", fn: "OpenAnalytics", context: true, err: true, grant: model.AnalyticsGrant, resource: "analytics", name: "store"},
	{typ: core + "queue.Sender", pkg: core + "queue", fn: "NewSender", context: true, err: true, of: "queue", grant: model.QueueSendGrant, name: "sender"},
	{typ: core + "event.Publisher", pkg: core + "event", fn: "NewPublisher", context: true, err: true, of: "event", grant: model.EventPublishGrant, name: "publisher"},
	{typ: core + "secret.Value", pkg: core + "secret", fn: "NewValue", context: true, err: true, of: "secret", grant: model.SecretReadGrant, name: "secret"},
	{typ: core + "blob.Bucket", pkg: core + "blob", fn: "NewBucket", context: true, err: true, of: "bucket", grant: model.BucketReadGrant, also: model.BucketWriteGrant, name: "bucket"},
	{typ: core + "blob.Reader", pkg: core + "blob", fn: "NewReader", context: true, err: true, of: "bucket", grant: model.BucketReadGrant, name: "reader"},
	{typ: core + "blob.Writer", pkg: core + "blob", fn: "NewWriter", context: true, err: true, of: "bucket", grant: model.BucketWriteGrant, name: "writer"},
	{typ: core + "outbox.Sender", pkg: core + "outbox", fn: "NewSender", context: true, on: true, err: true, of: "queue", grant: model.QueueSendGrant, name: "sender"},
	{typ: core + "outbox.Publisher", pkg: core + "outbox", fn: "NewPublisher", context: true, on: true, err: true, of: "event", grant: model.EventPublishGrant, name: "publisher"},
	{typ: "*" + core + "outbox.Relay", pkg: core + "outbox", fn: "NewRelay", context: true, on: true, err: true, name: "relay"},
	{typ: core + "config.Value", pkg: core + "config", fn: "NewValue", err: true, of: "config", name: "config"},
	{typ: core + "invoke.Caller", pkg: core + "invoke", fn: "NewCaller", context: true, err: true, of: "function", grant: model.InvokeGrant, name: "caller"},
	{typ: "*log/slog.Logger", pkg: core + "function", fn: "Logger", name: "logger"},
}

func handleFor(t types.Type) (handle, bool) {
	text := handleType(t)
	for _, h := range handles {
		if h.typ == text {
			return h, true
		}
	}
	return handle{}, false
}

// handleType is a type without its type arguments.
func handleType(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return "*" + handleType(t.Elem())
	case *types.Named:
		if t.Obj().Pkg() != nil {
			return t.Obj().Pkg().Path() + "." + t.Obj().Name()
		}
	}
	return types.TypeString(t, nil)
}

// otherForm finds the handle that somebody meant who wrote a pointer too many
// or too few.
func otherForm(t types.Type) (string, bool) {
	text := handleType(t)
	for _, h := range handles {
		if h.typ == "*"+text {
			return "*" + signature.Text(t), true
		}
		if "*"+h.typ == text {
			return signature.Text(t.(*types.Pointer).Elem()), true
		}
	}
	return "", false
}

// handle adds the call that opens a handle, and the grant that it means.
func (w *wiring) handle(h handle, t types.Type, chain []link) (argument, bool) {
	key := types.TypeString(t, nil)
	s := step{pkg: h.pkg, fn: h.fn, err: h.err, wanted: h.name}
	resource := h.resource
	if h.context {
		s.args = append(s.args, argument{context: true})
	}
	if h.on {
		primary, ok := w.argument(secondParameter(h, t), chain)
		if !ok {
			return argument{}, false
		}
		s.args = append(s.args, primary)
	}
	if h.of != "" {
		name, of, typeArgs, ok := w.resourceOf(h, t.(*types.Named), chain)
		if !ok {
			return argument{}, false
		}
		resource = name
		text := resource
		if h.of == "config" {
			text = w.Prefixes[TypeKey(of)]
			w.reads(of, texts(chain, signature.Text(t)))
		}
		s.args = append(s.args, argument{text: &text})
		s.typeArgs = typeArgs
		s.wanted = lowerCamel(of.Name()) + upperFirst(h.name)
	}
	w.refuse(h, resource, chain, signature.Text(t))
	w.grant(h.grant, resource, texts(chain, signature.Text(t)))
	w.grant(h.also, resource, texts(chain, signature.Text(t)))
	if i, done := w.made[key]; done {
		return argument{step: i}, true
	}
	return argument{step: w.add(key, s)}, true
}

// secondParameter returns the type of the second parameter of what opens a handle.
func secondParameter(h handle, t types.Type) types.Type {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	open := t.(*types.Named).Obj().Pkg().Scope().Lookup(h.fn).(*types.Func)
	return open.Signature().Params().At(1).Type()
}

// resourceOf returns the name of the resource that a handle is of, the type that
// leads to it, and the type arguments of what opens it.
func (w *wiring) resourceOf(h handle, t *types.Named, chain []link) (name string, of *types.TypeName, typeArgs []model.TypeRef, ok bool) {
	if h.of == "function" {
		target, in, typeArgs, ok := w.invocation(t, chain)
		return target.Function.String(), in, typeArgs, ok
	}
	of, ok = w.declaring(h, t, chain)
	if !ok {
		return "", nil, nil, false
	}
	return w.declared[h.of][TypeKey(of)], of, []model.TypeRef{{Package: of.Pkg().Path(), Name: of.Name()}}, true
}

func (w *wiring) grant(kind model.GrantKind, resource string, chain []string) {
	key := grantKey{kind, resource}
	if kind == "" || w.granted[key] {
		return
	}
	w.granted[key] = true
	w.grants = append(w.grants, model.Grant{Kind: kind, Resource: resource, Chain: chain})
}

// reads adds a configuration that the function reads.
func (w *wiring) reads(t *types.TypeName, chain []string) {
	if !slices.ContainsFunc(w.configs, func(r Reading) bool { return r.Type == t }) {
		w.configs = append(w.configs, Reading{Type: t, Chain: chain})
	}
}

// declaring returns the type argument of a handle, which must declare what the
// handle is of.
func (w *wiring) declaring(h handle, of *types.Named, chain []link) (*types.TypeName, bool) {
	argument := types.Unalias(of.TypeArgs().At(0))
	named, ok := argument.(*types.Named)
	if ok && w.declared[h.of][TypeKey(named.Obj())] != "" {
		return named.Obj(), w.importable(named.Obj().Pkg(), signature.Text(named), chain)
	}
	w.report(Undeclared(h.of), chain, signature.Text(of)+" has no "+h.of+": "+signature.Text(argument)+" declares none",
		UndeclaredNext(h.of, argument))
	return nil, false
}

// Undeclared returns the code of a type that does not declare what a verb does.
func Undeclared(verb string) string {
	switch verb {
	case "config":
		return diag.UndeclaredConfig
	case "event":
		return diag.UndeclaredEvent
	case "secret":
		return diag.UndeclaredSecret
	case "bucket":
		return diag.UndeclaredBucket
	}
	return diag.UndeclaredQueue
}

// UndeclaredNext says what to do about a type that does not declare what a verb
// does.
func UndeclaredNext(verb string, t types.Type) string {
	if _, pointer := t.(*types.Pointer); pointer {
		return "name the type itself, without the pointer"
	}
	if verb == "config" {
		return "put //seastack:config on the type, in a package of the services"
	}
	return "put //seastack:" + verb + " NAME on the type, in a package of the services"
}

// GrantOf returns the kind of grant that a handle of a type means; "" for a type that
// is no handle, or one without a grant.
func GrantOf(t types.Type) model.GrantKind {
	h, _ := handleFor(types.Unalias(t))
	return h.grant
}
