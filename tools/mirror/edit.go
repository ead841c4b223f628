package mirror

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// goFile is a parsed Go file from which declarations can be cut.
type goFile struct {
	name string
	src  []byte
	fset *token.FileSet
	ast  *ast.File
	cuts []span
}

// span is a range of bytes, end exclusive.
type span struct{ from, to int }

func parseGo(name string, src []byte) (*goFile, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &goFile{name: name, src: src, fset: fset, ast: f}, nil
}

// cut marks a node for removal, with its comment and the rest of its last line:
// the comma of a list's element, the newline of a declaration.
func (f *goFile) cut(n ast.Node) {
	from, to := f.fset.Position(n.Pos()).Offset, f.fset.Position(n.End()).Offset
	if fn, ok := n.(*ast.FuncDecl); ok && fn.Doc != nil {
		from = f.fset.Position(fn.Doc.Pos()).Offset
	}
	for to < len(f.src) && f.src[to-1] != '\n' {
		to++
	}
	f.cuts = append(f.cuts, span{from, to})
}

// bytes returns the file without what was cut, formatted.
func (f *goFile) bytes() ([]byte, error) {
	slices.SortFunc(f.cuts, func(a, b span) int { return a.from - b.from })
	var out []byte
	at := 0
	for _, c := range f.cuts {
		out = append(out, f.src[at:c.from]...)
		at = c.to
	}
	b, err := format.Source(append(out, f.src[at:]...))
	if err != nil {
		return nil, fmt.Errorf("%s after trimming: %w", f.name, err)
	}
	return b, nil
}

// cutUnusedImports cuts the imports under prefix whose package name no selector
// uses any more. It counts only what is left after earlier cuts.
func (f *goFile) cutUnusedImports(prefix string) {
	used := f.selectorRoots()
	for _, spec := range f.ast.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !strings.HasPrefix(p, prefix) || used[importName(spec, p)] {
			continue
		}
		f.cut(spec)
	}
}

// selectorRoots returns every x of the expressions x.y that are not cut.
func (f *goFile) selectorRoots() map[string]bool {
	roots := map[string]bool{}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if n != nil && f.isCut(n) {
			return false
		}
		if e, ok := n.(ast.Expr); ok {
			x, _ := selector(e)
			roots[x] = true
		}
		return true
	})
	return roots
}

// addSelected adds every y of the file's expressions x.y to names.
func (f *goFile) addSelected(names map[string]bool) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			names[sel.Sel.Name] = true
		}
		return true
	})
}

func (f *goFile) isCut(n ast.Node) bool {
	at := f.fset.Position(n.Pos()).Offset
	return slices.ContainsFunc(f.cuts, func(c span) bool { return c.from <= at && at < c.to })
}

// selector returns x and y of the expression x.y, where x is a plain name.
func selector(e ast.Expr) (x, y string) {
	if sel, ok := e.(*ast.SelectorExpr); ok {
		if id, ok := sel.X.(*ast.Ident); ok {
			return id.Name, sel.Sel.Name
		}
	}
	return "", ""
}

// methods returns the file's methods, in order.
func methods(f *ast.File) []*ast.FuncDecl {
	var out []*ast.FuncDecl
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
			out = append(out, fn)
		}
	}
	return out
}

func importName(spec *ast.ImportSpec, p string) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return path.Base(p)
}
