// Package resolve finds, by type, the constructors that a handler's receiver is
// built with, down to the handles on shared resources, and puts their calls in
// order. What the handles are decides what the function may do. It knows
// constructors and the table of handles; it knows nothing of triggers or of
// how the calls are written out.
package resolve

import (
	"go/token"
	"go/types"
	"path"
	"regexp"
	"slices"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
)

// Resolver wires the functions of one module. A constructor that cannot be
// called is reported once, with the chain of the first function that needs it.
type Resolver struct {
	// Prefixes holds the prefixes of the variables of configurations, by TypeKey.
	Prefixes map[string]string

	module   *load.Module
	declared Declared
	targets  Targets
	failed   map[string]bool // constructors that are reported already
}

// Declared holds the names of what types declare, by TypeKey, for each verb that
// stands on types: "queue", "event".
type Declared map[string]map[string]string

// New returns a resolver of a module whose types declare what is named, and whose
// functions can be invoked.
func New(m *load.Module, declared Declared, targets Targets) *Resolver {
	return &Resolver{module: m, declared: declared, targets: targets, failed: map[string]bool{}}
}

// TypeKey names a type in Declared.
func TypeKey(t *types.TypeName) string { return t.Pkg().Path() + "." + t.Name() }

// Handler is a method whose receiver is wanted.
type Handler struct {
	Stack    *load.Package
	Function model.FunctionRef
	Entry    string // import path of the entrypoint
	Receiver *types.Named
	Name     string // "web.(*Interviews).Create"
	Pos      token.Pos
	// Databases are those that the stack's functions may use; empty: any.
	Databases []string
}

// Wiring is how a function comes by its receiver.
type Wiring struct {
	Steps  []model.Step // the last makes the receiver
	Grants []model.Grant
	// Configs are the configurations that the function reads, each once.
	Configs []Reading
}

// Reading is a type that a function reads from its environment variables, and the
// chain by which it comes to it.
type Reading struct {
	Type  *types.TypeName
	Chain []string
}

// Wire resolves a handler's chain. The wiring means nothing when there are
// findings, or when ok is false because they were reported before.
func (r *Resolver) Wire(h Handler) (result Wiring, list diag.List, ok bool) {
	w := &wiring{Resolver: r, handler: h, made: map[string]int{}, granted: map[grantKey]bool{}}
	root := link{name: h.Name, pos: h.Pos}
	c, found := w.constructorOf(h.Receiver, []link{root})
	if !found {
		return Wiring{}, w.list, false
	}
	if _, ok := w.call(c, []link{root}); !ok {
		return Wiring{}, w.list, false
	}
	w.separate()
	slices.SortFunc(w.grants, model.Grant.Compare)
	return Wiring{Steps: w.named(), Grants: w.grants, Configs: w.configs}, w.list, true
}

// wiring is the state of one function's resolution.
type wiring struct {
	*Resolver
	handler Handler
	steps   []step
	made    map[string]int // by provider's key: the index of its step
	grants  []model.Grant
	granted map[grantKey]bool
	configs []Reading
	list    diag.List
}

type grantKey struct {
	kind     model.GrantKind
	resource string
}

// step is a model.Step whose arguments still name steps by their index, because
// variables get their names when all packages are known.
type step struct {
	pkg, fn  string
	typeArgs []model.TypeRef
	args     []argument
	err      bool
	wanted   string // the variable's name, if it is free
}

type argument struct {
	step    int
	context bool
	text    *string
}

// call adds the call of a constructor, after those that it needs, unless it is
// there already.
func (w *wiring) call(c *types.Func, chain []link) (index int, ok bool) {
	key := c.FullName()
	if i, done := w.made[key]; done {
		return i, true
	}
	if w.failed[key] {
		return 0, false
	}
	ok = w.importable(c.Pkg(), qualified(c), chain)
	here := append(chain[:len(chain):len(chain)], link{name: qualified(c), fn: c})
	signature := c.Signature()
	var args []argument
	for p := range signature.Params().Variables() {
		here[len(here)-1].pos = p.Pos()
		arg, found := w.argument(p.Type(), here)
		args = append(args, arg)
		ok = ok && found
	}
	if !ok {
		w.failed[key] = true
		return 0, false
	}
	return w.add(key, step{
		pkg: c.Pkg().Path(), fn: c.Name(), args: args,
		err: signature.Results().Len() == 2, wanted: w.variable(c),
	}), true
}

func (w *wiring) add(key string, s step) int {
	w.steps = append(w.steps, s)
	w.made[key] = len(w.steps) - 1
	return w.made[key]
}

// argument finds what a parameter takes: main's context, a handle, or what a
// constructor builds. The chain's last link is the constructor, at the parameter.
func (w *wiring) argument(t types.Type, chain []link) (argument, bool) {
	t = types.Unalias(t)
	if types.TypeString(t, nil) == "context.Context" {
		return argument{context: true}, true
	}
	if h, ok := handleFor(t); ok {
		return w.handle(h, t, chain)
	}
	c, ok := w.provider(t, chain)
	if !ok {
		return argument{}, false
	}
	if w.cycle(c, chain) {
		return argument{}, false
	}
	i, ok := w.call(c, chain)
	return argument{step: i}, ok
}

// majorVersion is a folder that does not name its package.
var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// importable checks, on behalf of main.go, Go's rule for internal packages, and
// that the package has the name by which main.go calls it.
func (w *wiring) importable(p *types.Package, what string, chain []link) bool {
	parent, internal := internalParent(p.Path())
	if internal && !within(w.handler.Entry, parent) {
		w.report(diag.NotImportable, chain, what+" is in an internal package, which the entrypoint in "+w.handler.Entry+" cannot import",
			"move package "+p.Path()+" out of internal")
		return false
	}
	folder := path.Base(p.Path())
	if token.IsIdentifier(folder) && folder != p.Name() && !majorVersion.MatchString(folder) {
		w.report(diag.BadPackage, chain, "package "+p.Name()+" stands in the folder "+folder+", by whose name entrypoints call it",
			"give the package the folder's name")
		return false
	}
	return true
}
