package front

import (
	"cmp"
	"go/doc"
	"go/token"
	"go/types"
	"path"
	"slices"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/resolve"
)

// handler is an annotated function on its way into the model.
type handler struct {
	pkg      *load.Package
	decl     annotation.Declaration
	fn       *types.Func
	receiver *types.Named // nil for a plain function
	name     string       // for people: "web.(*Interviews).Create"
	trigger  annotation.Annotation
	settings *annotation.Function
	stack    *annotation.Stack
	stackPos token.Position // of the stack's auth=, or of its annotation
}

// handler checks an annotated function and adds it to its stack.
func (b *builder) handler(p *load.Package, d annotation.Declaration, stack annotation.Annotation) {
	if !b.inStack(p, d, stack) {
		return
	}
	h := &handler{pkg: p, decl: d, settings: &annotation.Function{}, stack: &annotation.Stack{},
		stackPos: stack.At("auth")}
	if s, ok := stack.Value.(*annotation.Stack); ok {
		h.stack = s
	}
	if !b.triggers(h) || p.IllTyped || b.stacks[p.PkgPath] == nil {
		return
	}
	if !b.identify(h) {
		return
	}
	f, fits := b.adapt(h)
	wired := b.wire(h, &f)
	if fits && wired {
		s := b.stacks[p.PkgPath]
		s.Functions = append(s.Functions, f)
	}
}

// inStack reports whether a handler stands where there can be one.
func (b *builder) inStack(p *load.Package, d annotation.Declaration, stack annotation.Annotation) bool {
	first := d.Annotations[0]
	switch {
	case p.Role != load.Stack:
		b.add(diag.New(diag.NotAStack, first.Pos, "a handler in "+p.Folder+", which is not a stack's folder",
			"move it to a package right under "+b.config.Folders.Stacks))
		return false
	case stack.Verb.Name == "":
		b.add(diag.New(diag.NotAStack, first.Pos, "a handler in package "+p.Name+", which has no stack annotation",
			"put //seastack:stack on the package clause of one of its files"))
		return false
	}
	return true
}

// triggers sorts a handler's annotations; false when one of them is broken.
func (b *builder) triggers(h *handler) bool {
	ok := true
	for _, a := range h.decl.Annotations {
		switch {
		case a.Broken:
			ok = false
		case !a.Verb.Trigger:
			h.settings = a.Value.(*annotation.Function)
		}
		if !a.Verb.Trigger {
			continue
		}
		if first := h.trigger; first.Verb.Trigger {
			b.add(diag.New(diag.TwoTriggers, a.Pos, "seastack:"+a.Verb.Name+" is a second trigger of "+h.decl.Func.Name.Name,
				"write a handler for each trigger; both can call the same service", "the first is seastack:"+first.Verb.Name+" at "+first.Pos.String()))
			ok = false
			continue
		}
		h.trigger = a
	}
	return ok
}

// identify finds out what the handler is called, and that main.go can call it.
func (b *builder) identify(h *handler) bool {
	fn, ok := h.pkg.TypesInfo.Defs[h.decl.Func.Name].(*types.Func)
	if !ok {
		return false // Go refuses the declaration, and has said so
	}
	h.fn = fn
	h.name = h.pkg.Name + "." + fn.Name()
	recv := fn.Signature().Recv()
	at := b.module.Position(fn.Pos())
	if recv != nil {
		h.receiver, _ = receiver(recv.Type()) // the package is well typed
		h.name = h.pkg.Name + ".(*" + h.receiver.Obj().Name() + ")." + fn.Name()
	}
	switch {
	case fn.Signature().TypeParams().Len() > 0 || fn.Signature().RecvTypeParams().Len() > 0:
		b.add(diag.New(diag.GenericHandler, at, h.name+" is generic, and nothing says for which types to call it", "write a handler for each type"))
	case !fn.Exported():
		b.add(diag.New(diag.Unexported, at, h.name+" is not exported, so that its entrypoint cannot call it", "export "+fn.Name()))
	case h.receiver != nil && !h.receiver.Obj().Exported():
		b.add(diag.New(diag.Unexported, at, "the receiver of "+h.name+" is not exported, so that its entrypoint cannot name it", "export "+h.receiver.Obj().Name()))
	case !usableName(h.functionName()):
		b.add(diag.New(diag.BadValue, at, "a function cannot be called "+h.functionName()+": "+annotation.NameRule+"; and neither vendor nor testdata",
			"name it with //seastack:function name=..."))
	default:
		return true
	}
	return false
}

// usableName reports whether a function's name can also be that of a folder of Go.
func usableName(name string) bool {
	return annotation.ValidName(name) && name != "vendor" && name != "testdata"
}

// receiver returns the type of T or *T; false for what Go refuses as a receiver.
func receiver(t types.Type) (*types.Named, bool) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return named, ok
}

// wire resolves the receiver's chain and adds the grants.
func (b *builder) wire(h *handler, f *model.Function) bool {
	f.Wiring = []model.Step{}
	if f.Grants == nil {
		f.Grants = []model.Grant{}
	}
	if h.receiver == nil {
		return true
	}
	w, list, ok := b.resolver.Wire(resolve.Handler{
		Stack: h.pkg, Function: model.FunctionRef{Stack: h.pkg.Named(), Function: f.Name}, Entry: path.Join(h.pkg.PkgPath, load.EntrypointFolder, h.functionName()),
		Receiver: h.receiver, Name: h.name, Pos: h.fn.Pos(),
		Databases: h.stack.UsedDatabases(),
	})
	b.list = append(b.list, list...)
	if !ok {
		return false
	}
	f.Wiring = w.Steps
	b.readBy(model.FunctionRef{Stack: h.pkg.Named(), Function: f.Name}, f, w.Configs)
	f.Grants = append(f.Grants, w.Grants...)
	slices.SortStableFunc(f.Grants, model.Grant.Compare)
	return true
}

func (h *handler) functionName() string {
	if h.receiver != nil {
		return functionName(h.settings, h.receiver.Obj().Name(), h.fn.Name())
	}
	return functionName(h.settings, "", h.fn.Name())
}

// functionName returns the name of a handler's function; receiver is its type's
// name, or empty.
func functionName(settings *annotation.Function, receiver, name string) string {
	switch {
	case settings.Name != "":
		return settings.Name
	case receiver != "":
		return names.Kebab(receiver) + "-" + names.Kebab(name)
	}
	return names.Kebab(name)
}

// function is the model of a handler without its trigger.
func (b *builder) function(h *handler) model.Function {
	f := model.Function{
		Name:       h.functionName(),
		Doc:        summary(new(doc.Package).Synopsis(h.decl.Func.Doc.Text())),
		Handler:    model.Handler{Package: h.pkg.PkgPath, Name: h.fn.Name()},
		Memory:     cmp.Or(h.settings.Memory, h.stack.Memory, defaultMemory),
		Timeout:    cmp.Or(int(h.settings.Timeout), int(h.stack.Timeout), defaultTimeout),
		Concurrent: h.settings.Concurrency, Provisioned: h.settings.Provisioned,
		Storage: cmp.Or(h.settings.Storage, h.stack.Storage), Log: cmp.Or(h.settings.Log, h.stack.Log),
		Architecture: cmp.Or(h.settings.Architecture, h.stack.Architecture),
		Pos:          position(b.module.Position(h.fn.Pos())),
	}
	if tracing := cmp.Or(h.settings.Tracing, h.stack.Tracing); tracing != nil {
		f.Tracing = *tracing
	}
	f.Entrypoint = entrypoint(h.pkg, f.Name)
	if h.receiver != nil {
		f.Handler.Receiver = h.receiver.Obj().Name()
	}
	return f
}

// place returns the position of a field, or the handler's where the field's
// source is not the module's own.
func (b *builder) place(h *handler, pos token.Pos) token.Position {
	if pos.IsValid() && b.module.Has(pos) {
		return b.module.Position(pos)
	}
	return b.module.Position(h.fn.Pos())
}
