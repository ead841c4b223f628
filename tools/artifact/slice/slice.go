package slice

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Slice is a package as one program needs it.
type Slice struct {
	// Files holds the text of each file by its name. A file of the package that is
	// not here has nothing that the program needs.
	Files   map[string]string
	Imports []string // of these files, sorted
	Embeds  bool     // a //go:embed is kept
}

// Program is a main package and a package that it imports, to be sliced.
type Program struct{ Main, Package string } // import paths

// Of returns the slice of a package for a program. The error says why the
// package has to be taken as a whole.
func (l *Loaded) Of(program Program) (Slice, error) {
	main, pkg := l.packages[program.Main], l.packages[program.Package]
	if main == nil || pkg == nil {
		return Slice{}, errors.New("it does not type-check")
	}
	if err := pkg.unsliceable(); err != nil {
		return Slice{}, err
	}
	if pkg.nodes == nil {
		pkg.nodes = newGraph(pkg)
	}
	r := &reach{graph: pkg.nodes, kept: map[*node]bool{}, exposed: map[*types.TypeName]bool{}}
	for _, n := range r.nodes {
		if n.effect {
			r.keepNode(n)
		}
	}
	r.enter(main)
	r.run()
	s := Slice{Files: map[string]string{}}
	for i := range pkg.syntax {
		s.add(l.fset, pkg, i, r)
	}
	slices.Sort(s.Imports)
	s.Imports = slices.Compact(s.Imports)
	return s, l.verify(pkg, s)
}

// enter follows the main package's own code.
func (r *reach) enter(main *checked) {
	for _, file := range main.syntax {
		r.follow(main.info, file)
	}
	for _, member := range main.ssa.Members {
		if f, ok := member.(*ssa.Function); ok {
			r.exposeFunction(f)
		}
	}
}

// add adds the text of a package's file, where anything of it is kept.
func (s *Slice) add(fset *token.FileSet, pkg *checked, i int, r *reach) {
	file := pkg.syntax[i]
	t := newText(fset, file, pkg.source[i])
	needed := map[*types.PkgName]bool{}
	for _, d := range file.Decls {
		t.keepDeclaration(d, r, func(n ast.Node) { uses(pkg.info, n, needed) })
	}
	imports := t.keepImports(pkg.info, needed)
	if !t.any && len(imports) == 0 {
		return
	}
	t.keep(file.Package, file.Name.End())
	t.keepConstraints()
	s.Files[pkg.Files[i]] = t.String()
	s.Imports = append(s.Imports, imports...)
	s.Embeds = s.Embeds || t.embeds
}

// uses notes the imports that a piece of code uses.
func uses(info *types.Info, n ast.Node, needed map[*types.PkgName]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if name, ok := info.Uses[id].(*types.PkgName); ok {
				needed[name] = true
			}
		}
		return true
	})
}

// verify type-checks a slice: one that lacks something is never built.
func (l *Loaded) verify(pkg *checked, s Slice) error {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		file, err := parser.ParseFile(fset, name, s.Files[name], parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("its slice does not parse: %w", err)
		}
		files = append(files, file)
	}
	if _, err := l.config(pkg.Package).Check(pkg.Path, fset, files, nil); err != nil {
		return fmt.Errorf("its slice does not type-check: %w", err)
	}
	return nil
}
