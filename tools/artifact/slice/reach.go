package slice

import (
	"go/ast"
	"go/token"
	"go/types"
)

// node is what is kept or left out as one: a function, a type, a variable with
// those of the same statement, a constant or a group of them.
type node struct {
	decl   ast.Decl
	spec   ast.Spec // nil for a function, and for a group as a whole
	effect bool
}

// syntax returns what the node consists of.
func (n *node) syntax() ast.Node {
	if n.spec != nil {
		return n.spec
	}
	return n.decl
}

// graph is a package's nodes.
type graph struct {
	pkg     *checked
	nodes   []*node
	of      map[types.Object]*node // what declares an object of the package or a method
	methods map[*types.TypeName][]types.Object
}

func newGraph(p *checked) *graph {
	g := &graph{pkg: p, of: map[types.Object]*node{}, methods: map[*types.TypeName][]types.Object{}}
	for _, file := range p.syntax {
		for _, d := range file.Decls {
			g.add(d)
		}
	}
	return g
}

func (g *graph) add(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		g.addFunction(d)
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return
		}
		if d.Tok == token.CONST && counts(d) {
			g.declare(&node{decl: d}, d)
			return
		}
		for _, spec := range d.Specs {
			n := &node{decl: d, spec: spec}
			if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR {
				n.effect = !effectFree(g.pkg.info, v.Values)
			}
			g.declare(n, spec)
		}
	}
}

func (g *graph) addFunction(d *ast.FuncDecl) {
	n := &node{decl: d, effect: d.Recv == nil && d.Name.Name == "init"}
	g.nodes = append(g.nodes, n)
	f, ok := g.pkg.info.Defs[d.Name].(*types.Func)
	if !ok {
		return
	}
	g.of[f] = n
	if receiver := f.Signature().Recv(); receiver != nil {
		if name := typeName(receiver.Type()); name != nil {
			g.methods[name] = append(g.methods[name], f)
		}
	}
}

// declare adds a node and the objects that it declares.
func (g *graph) declare(n *node, at ast.Node) {
	g.nodes = append(g.nodes, n)
	ast.Inspect(at, func(child ast.Node) bool {
		switch child := child.(type) {
		case *ast.TypeSpec:
			g.of[g.pkg.info.Defs[child.Name]] = n
			return false
		case *ast.ValueSpec:
			for _, name := range child.Names {
				if obj := g.pkg.info.Defs[name]; obj != nil {
					g.of[obj] = n
				}
			}
			return false
		}
		return true
	})
}

// counts reports whether the constants of a group depend on their places in it.
func counts(d *ast.GenDecl) (found bool) {
	for _, spec := range d.Specs {
		found = found || len(spec.(*ast.ValueSpec).Values) == 0
	}
	ast.Inspect(d, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == "iota"
		return true
	})
	return found
}

// typeName returns the declared type of a type or of what it points to; nil for
// another.
func typeName(t types.Type) *types.TypeName {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Origin().Obj()
	}
	return nil
}

// reach is what one program needs of a package.
type reach struct {
	*graph
	kept    map[*node]bool
	exposed map[*types.TypeName]bool // whose values come into interfaces
	queue   []*node
}

// keep keeps what declares an object of the package.
func (r *reach) keep(obj types.Object) {
	switch o := obj.(type) {
	case nil:
		return
	case *types.Func:
		obj = o.Origin()
	case *types.Var:
		obj = o.Origin()
	}
	if n := r.of[obj]; n != nil {
		r.keepNode(n)
	}
}

func (r *reach) keepNode(n *node) {
	if !r.kept[n] {
		r.kept[n] = true
		r.queue = append(r.queue, n)
	}
}

// follow keeps what a piece of code names.
func (r *reach) follow(info *types.Info, code ast.Node) {
	ast.Inspect(code, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		r.keep(info.Uses[id])
		if instance, ok := info.Instances[id]; ok {
			for t := range instance.TypeArgs.Types() {
				r.expose(t)
			}
		}
		return true
	})
}

// run follows all that is kept until nothing is added.
func (r *reach) run() {
	for len(r.queue) > 0 {
		n := r.queue[0]
		r.queue = r.queue[1:]
		r.follow(r.pkg.info, n.syntax())
		r.exposeIn(n)
	}
}
