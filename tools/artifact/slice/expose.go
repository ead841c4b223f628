package slice

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// exposeIn exposes the types of values that a node's code turns into interfaces.
func (r *reach) exposeIn(n *node) {
	if d, ok := n.decl.(*ast.FuncDecl); ok && n.spec == nil {
		if f, ok := r.pkg.info.Defs[d.Name].(*types.Func); ok {
			r.exposeFunction(r.pkg.ssa.Prog.FuncValue(f))
		}
		return
	}
	if v, ok := n.spec.(*ast.ValueSpec); ok {
		r.exposeValues(v)
	}
}

// exposeValues exposes the types of all expressions that make a variable's value.
// Their code is a part of the package's own initialiser, where it cannot be told
// from that of other variables.
func (r *reach) exposeValues(v *ast.ValueSpec) {
	for _, value := range v.Values {
		ast.Inspect(value, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if t := r.pkg.info.TypeOf(e); t != nil {
					r.expose(t)
				}
			}
			return true
		})
	}
}

// exposeFunction exposes the types of values that a function turns into
// interfaces, and so do the functions within it.
func (r *reach) exposeFunction(f *ssa.Function) {
	if f == nil {
		return
	}
	for _, block := range f.Blocks {
		for _, instruction := range block.Instrs {
			if m, ok := instruction.(*ssa.MakeInterface); ok {
				r.expose(m.X.Type())
			}
		}
	}
	for _, inner := range f.AnonFuncs {
		r.exposeFunction(inner)
	}
}

// expose keeps the methods of all declared types of the package that a type is
// made of: reflection can reach any of them.
func (r *reach) expose(t types.Type) {
	r.exposeType(t, map[types.Type]bool{})
}

func (r *reach) exposeType(t types.Type, seen map[types.Type]bool) {
	t = types.Unalias(t)
	if seen[t] {
		return
	}
	seen[t] = true
	if named, ok := t.(*types.Named); ok {
		r.exposeName(named.Origin().Obj())
		for arg := range named.TypeArgs().Types() {
			r.exposeType(arg, seen)
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		r.exposeType(u.Elem(), seen)
	case *types.Slice:
		r.exposeType(u.Elem(), seen)
	case *types.Array:
		r.exposeType(u.Elem(), seen)
	case *types.Chan:
		r.exposeType(u.Elem(), seen)
	case *types.Map:
		r.exposeType(u.Key(), seen)
		r.exposeType(u.Elem(), seen)
	case *types.Struct:
		for field := range u.Fields() {
			r.exposeType(field.Type(), seen)
		}
	case *types.Signature:
		r.exposeTuple(u.Params(), seen)
		r.exposeTuple(u.Results(), seen)
	}
}

func (r *reach) exposeTuple(t *types.Tuple, seen map[types.Type]bool) {
	for v := range t.Variables() {
		r.exposeType(v.Type(), seen)
	}
}

// exposeName keeps all methods of a declared type.
func (r *reach) exposeName(name *types.TypeName) {
	if name.Pkg() == nil || name.Pkg().Path() != r.pkg.Path || r.exposed[name] {
		return
	}
	r.exposed[name] = true
	r.keep(name)
	for _, m := range r.methods[name] {
		r.keep(m)
	}
}
