package resolve

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/signature"
)

// provider finds the constructor of a parameter's type: a New function of the
// stack's own, which takes the place of a service's; one in the package of the
// type, if that is a service's or the stack's; for an interface, that of the one
// service which implements it; or a New function in the package that needs it.
// The chain's last link needs it.
func (w *wiring) provider(t types.Type, chain []link) (*types.Func, bool) {
	if c, settled, ok := w.stacksOwn(t, chain); settled {
		return c, ok
	}
	if home := w.home(t); home != nil {
		if c, settled, ok := w.fromHome(t, home, chain); settled {
			return c, ok
		}
	}
	if i, ok := t.Underlying().(*types.Interface); ok && i.NumMethods() > 0 {
		if c, settled, ok := w.implementer(t, i, chain); settled {
			return c, ok
		}
	}
	if c, settled, ok := w.nearby(t, chain); settled {
		return c, ok
	}
	w.noProvider(t, chain)
	return nil, false
}

// home returns the package of a named type, when a constructor may stand there.
func (w *wiring) home(t types.Type) *load.Package {
	named, ok := base(t)
	if !ok || named.Obj().Pkg() == nil {
		return nil
	}
	p := w.module.Package(named.Obj().Pkg().Path())
	if p == nil || p.Role == load.Stack && p != w.handler.Stack {
		return nil
	}
	return p
}

// base returns the named type of T or *T.
func base(t types.Type) (*types.Named, bool) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return named, ok
}

// fromHome asks the package of the type. An interface that nothing there builds
// may still have an implementation elsewhere.
func (w *wiring) fromHome(t types.Type, home *load.Package, chain []link) (c *types.Func, settled, ok bool) {
	named, _ := base(t)
	f := findConstructors(home.Types, named, func(r types.Type) bool { return types.Identical(r, t) })
	if types.IsInterface(t) && len(f.fit) == 0 {
		return nil, false, false
	}
	if other := flipped(t); len(f.fit) == 0 && len(w.builders(home, named, other)) > 0 {
		w.report(diag.NoConstructor, chain, "no function of "+home.PkgPath+" builds "+signature.Text(t),
			"take "+signature.Text(other)+" instead", w.candidates(w.builders(home, named, other))...)
		return nil, true, false
	}
	c, ok = w.choose(f, named, signature.Text(t), chain)
	return c, true, ok
}

// flipped returns T for *T, and *T for T.
func flipped(t types.Type) types.Type {
	if p, ok := t.(*types.Pointer); ok {
		return p.Elem()
	}
	return types.NewPointer(t)
}

// builders are the callable constructors of exactly a type.
func (w *wiring) builders(home *load.Package, named *types.Named, t types.Type) []*types.Func {
	return findConstructors(home.Types, named, func(r types.Type) bool { return types.Identical(r, t) }).fit
}

// constructorOf finds the constructor of a receiver, which may give T or *T.
func (w *wiring) constructorOf(t *types.Named, chain []link) (*types.Func, bool) {
	f := findConstructors(t.Obj().Pkg(), t, func(r types.Type) bool {
		named, ok := base(r)
		return ok && types.Identical(named, t)
	})
	key := "receiver " + types.TypeString(t, nil)
	if w.failed[key] {
		return nil, false
	}
	c, ok := w.choose(f, t, "*"+signature.Text(t), chain)
	if !ok {
		w.failed[key] = true
	}
	return c, ok
}

// choose takes the constructor that has the type's name, or New, or is the only
// one; else it reports.
func (w *wiring) choose(f constructors, t *types.Named, text string, chain []link) (*types.Func, bool) {
	if c, ok := f.preferred(t.Obj().Name()); ok {
		return c, true
	}
	pkg := t.Obj().Pkg()
	name := "New" + upperFirst(t.Obj().Name())
	own := strings.ReplaceAll(text, pkg.Name()+".", "") // as the package itself writes it
	switch {
	case len(f.fit) > 1:
		w.report(diag.AmbiguousConstructor, chain, "several functions of "+pkg.Path()+" build "+text,
			"keep one of them exported, or name the one that is meant "+name, w.candidates(f.fit)...)
	case len(f.unfit) > 0:
		w.report(diag.UnusableConstructor, chain, "no function of "+pkg.Path()+" that builds "+text+" can be called by an entrypoint",
			"make it an exported func with plain parameters that returns "+own+", or that and an error", w.reasons(f.unfit)...)
	default:
		w.report(diag.NoConstructor, chain, "no function of "+pkg.Path()+" builds "+text,
			"write func "+name+"(...) "+own+" there; its parameters are what it needs")
	}
	return nil, false
}

// implementer finds the one service that implements an interface.
func (w *wiring) implementer(t types.Type, i *types.Interface, chain []link) (c *types.Func, settled, ok bool) {
	needs := chain[len(chain)-1].fn
	var found []*types.Func
	for _, p := range w.module.Packages {
		if p.Role != load.Service || p.Types == nil {
			continue
		}
		for _, c := range services(p.Types) {
			if c != needs && types.Implements(c.Signature().Results().At(0).Type(), i) {
				found = append(found, c)
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, false, false
	case 1:
		return found[0], true, true
	}
	w.report(diag.AmbiguousProvider, chain, "several services implement "+signature.Text(t),
		"take the service that is meant by its own type, or give the interface a method that only it has", w.candidates(found)...)
	return nil, true, false
}

// stacksOwn looks in the stack's package for a New function that returns the
// type or, for an interface, something that implements it. One that is in the
// chain already wraps what it takes, and handlers are not meant. Types of the
// package itself are left to fromHome, which knows their constructors' names.
func (w *wiring) stacksOwn(t types.Type, chain []link) (c *types.Func, settled, ok bool) {
	found := w.newFuncs(w.handler.Stack.Types, t)
	i, isInterface := t.Underlying().(*types.Interface)
	if isInterface && i.NumMethods() > 0 && len(found) == 0 {
		found = w.implementing(i)
	} else if w.home(t) == w.handler.Stack {
		return nil, false, false
	}
	found = slices.DeleteFunc(found, func(f *types.Func) bool {
		return slices.ContainsFunc(chain, func(l link) bool { return l.fn == f })
	})
	return w.only(found, t, chain)
}

// implementing returns the stack's New functions of types that implement an
// interface and have no handlers.
func (w *wiring) implementing(i *types.Interface) (found []*types.Func) {
	for _, f := range exportedFuncs(w.handler.Stack.Types) {
		if !strings.HasPrefix(f.Name(), "New") || unfit(f) != "" {
			continue
		}
		result := f.Signature().Results().At(0).Type()
		if types.Implements(result, i) && !w.handles(result) {
			found = append(found, f)
		}
	}
	return found
}

// handles reports whether a type is the receiver of one of the stack's handlers.
func (w *wiring) handles(t types.Type) bool {
	named, ok := base(t)
	if !ok {
		return false
	}
	for _, d := range w.handler.Stack.Declarations {
		if d.Func == nil {
			continue
		}
		fn, ok := w.handler.Stack.TypesInfo.Defs[d.Func.Name].(*types.Func)
		if !ok || fn.Signature().Recv() == nil {
			continue
		}
		if receiver, ok := base(fn.Signature().Recv().Type()); ok && types.Identical(receiver, named) {
			return true
		}
	}
	return false
}

// nearby looks for a New function that returns exactly the type in the package
// that needs it.
func (w *wiring) nearby(t types.Type, chain []link) (c *types.Func, settled, ok bool) {
	return w.only(w.newFuncs(chain[len(chain)-1].fn.Pkg(), t), t, chain)
}

// newFuncs returns a package's New functions that return exactly a type; none
// for a basic type, which says nothing about what is meant.
func (w *wiring) newFuncs(p *types.Package, t types.Type) (found []*types.Func) {
	if _, basic := t.(*types.Basic); basic {
		return nil
	}
	for _, f := range exportedFuncs(p) {
		if strings.HasPrefix(f.Name(), "New") && unfit(f) == "" && types.Identical(f.Signature().Results().At(0).Type(), t) {
			found = append(found, f)
		}
	}
	return found
}

// only settles for the one function that was found, and reports several.
func (w *wiring) only(found []*types.Func, t types.Type, chain []link) (c *types.Func, settled, ok bool) {
	switch len(found) {
	case 0:
		return nil, false, false
	case 1:
		return found[0], true, true
	}
	w.report(diag.AmbiguousProvider, chain, "several functions return "+signature.Text(t), "keep one of them exported", w.candidates(found)...)
	return nil, true, false
}

func (w *wiring) noProvider(t types.Type, chain []link) {
	next := "take a service or a handle, such as *db.Primary or *slog.Logger; or write a New function that returns it in package " + w.handler.Stack.PkgPath
	if form, ok := otherForm(t); ok {
		next = "take " + form
	} else if _, basic := t.(*types.Basic); basic {
		next = "read it in the constructor, or give it a type of its own with a constructor"
	}
	w.report(diag.NoProvider, chain, "nothing provides a value of type "+signature.Text(t), next)
}

// candidates lists functions with their places.
func (w *wiring) candidates(fs []*types.Func) []string {
	var lines []string
	for _, f := range fs {
		lines = append(lines, "candidate: "+qualified(f)+w.place(f.Pos()))
	}
	return lines
}

func (w *wiring) reasons(fs []*types.Func) []string {
	var lines []string
	for _, f := range fs {
		lines = append(lines, qualified(f)+" "+unfit(f)+w.place(f.Pos()))
	}
	return lines
}

func (w *wiring) place(pos token.Pos) string { return " (" + w.module.Position(pos).String() + ")" }
