package change

import (
	"context"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// addCalls adds to each file of an explanation the shortest chains of
// declarations that lead from the function's main to those that differ. They
// follow what the code names; a call through an interface names a method and
// not the code that runs. Where the code does not type-check, there are none.
func (s Sides) addCalls(ctx context.Context, e *Explanation) error {
	in, ok := s.Head.Closure.Functions[e.Stack+"/"+e.Function]
	if !ok || len(e.Packages) == 0 {
		return nil
	}
	var own []string
	for _, p := range in.Packages {
		if s.Head.Closure.Packages[p].Dir != "" {
			own = append(own, p)
		}
	}
	loaded, err := packages.Load(&packages.Config{
		Mode:    packages.LoadSyntax,
		Context: ctx, Dir: s.comparer.Root, Env: s.comparer.Env,
	}, own...)
	if err != nil {
		return err
	}
	g := newReferences(loaded)
	calls := search(in.Package+".main", func(name string) []string { return g[name] })
	for i := range e.Packages {
		for j := range e.Packages[i].Files {
			f := &e.Packages[i].Files[j]
			for _, d := range f.Declarations {
				name := e.Packages[i].Package + "." + strings.TrimLeft(d.Name[strings.IndexByte(d.Name, ' ')+1:], "(*")
				if way := calls.to(strings.Replace(name, ").", ".", 1)); len(way) > 1 {
					f.Calls = append(f.Calls, shortNames(way))
				}
			}
		}
	}
	return nil
}

// references says which declarations of some packages name which others. A
// declaration is known by its package's path, and its name or that of its
// receiver and its own: "example.com/shop/notes.Service.Store".
type references map[string][]string

func newReferences(loaded []*packages.Package) references {
	g := references{}
	for _, p := range loaded {
		for _, file := range p.Syntax {
			for _, d := range file.Decls {
				g.addDeclaration(p, d)
			}
		}
	}
	return g
}

func (g references) addDeclaration(p *packages.Package, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if obj := p.TypesInfo.Defs[d.Name]; obj != nil {
			g.addUses(p, objectName(obj), d)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				g.addUses(p, p.PkgPath+"."+spec.Name.Name, spec)
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					g.addUses(p, p.PkgPath+"."+name.Name, spec)
				}
			}
		}
	}
}

func (g references) addUses(p *packages.Package, name string, node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if used := objectName(p.TypesInfo.Uses[id]); used != "" && used != name && !slices.Contains(g[name], used) {
			g[name] = append(g[name], used)
		}
		return true
	})
}

// objectName returns the name of a declaration of a package or of a method; ""
// for anything else.
func objectName(obj types.Object) string {
	if obj == nil || obj.Pkg() == nil {
		return ""
	}
	if f, ok := obj.(*types.Func); ok {
		if receiver := f.Signature().Recv(); receiver != nil {
			t := types.Unalias(receiver.Type())
			if pointer, ok := t.(*types.Pointer); ok {
				t = types.Unalias(pointer.Elem())
			}
			if named, ok := t.(*types.Named); ok {
				return obj.Pkg().Path() + "." + named.Obj().Name() + "." + obj.Name()
			}
			return ""
		}
	}
	if obj.Parent() != obj.Pkg().Scope() {
		return ""
	}
	return obj.Pkg().Path() + "." + obj.Name()
}

// shortNames returns a way with short names.
func shortNames(way []string) []string {
	for i, name := range way {
		way[i] = filepath.Base(name)
	}
	return way
}
