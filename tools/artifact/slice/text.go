package slice

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// text is a file's source of which parts are kept.
type text struct {
	source []byte
	kept   []bool // by byte
	fset   *token.File
	file   *ast.File
	any    bool // a declaration is kept
	embeds bool
}

func newText(fset *token.FileSet, file *ast.File, source []byte) *text {
	return &text{source: source, kept: make([]bool, len(source)), fset: fset.File(file.Package), file: file}
}

func (t *text) keep(from, to token.Pos) {
	for i := t.fset.Offset(from); i < t.fset.Offset(to); i++ {
		t.kept[i] = true
	}
}

// drop leaves out again what lies within something that is kept.
func (t *text) drop(from, to token.Pos) {
	for i := t.fset.Offset(from); i < t.fset.Offset(to); i++ {
		t.kept[i] = false
	}
}

// keepDeclaration keeps a declaration, or those of its parts that are kept, and
// calls visit with each.
func (t *text) keepDeclaration(d ast.Decl, r *reach, visit func(ast.Node)) {
	var parts []*node
	for _, n := range r.nodes {
		if n.decl == d && r.kept[n] {
			parts = append(parts, n)
		}
	}
	if len(parts) == 0 {
		return
	}
	t.any = true
	for _, n := range parts {
		visit(n.syntax())
	}
	gen, ok := d.(*ast.GenDecl)
	if !ok || parts[0].spec == nil {
		t.keepCode(d, doc(d))
		return
	}
	t.keep(gen.Pos(), gen.Pos()+token.Pos(len(gen.Tok.String())))
	if gen.Lparen.IsValid() {
		t.keep(gen.Lparen, gen.Lparen+1)
		t.keep(gen.Rparen, gen.Rparen+1)
	}
	for _, n := range parts {
		group := doc(n.spec)
		if group == nil {
			group = gen.Doc
		}
		t.keepCode(n.spec, group)
	}
}

// keepCode keeps a piece of code without the comments in it, and the directives
// of the comment that belongs to it.
func (t *text) keepCode(n ast.Node, about *ast.CommentGroup) {
	t.keep(n.Pos(), n.End())
	for _, group := range t.file.Comments {
		for _, c := range group.List {
			if c.Pos() >= n.Pos() && c.End() <= n.End() && !isDirective(c) {
				t.drop(c.Pos(), c.End())
			}
		}
	}
	if about == nil {
		return
	}
	for _, c := range about.List {
		if isDirective(c) {
			t.keep(c.Pos(), c.End())
			t.embeds = t.embeds || strings.HasPrefix(c.Text, "//go:embed")
		}
	}
}

// isDirective reports whether a comment tells the compiler something.
func isDirective(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:") }

// doc returns the comment that belongs to a declaration or to a part of one.
func doc(n ast.Node) *ast.CommentGroup {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return n.Doc
	case *ast.GenDecl:
		return n.Doc
	case *ast.TypeSpec:
		return n.Doc
	case *ast.ValueSpec:
		return n.Doc
	}
	return nil
}

// keepImports keeps the imports that are needed and those for their effects, and
// returns their paths.
func (t *text) keepImports(info *types.Info, needed map[*types.PkgName]bool) (paths []string) {
	for _, d := range t.file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		before := len(paths)
		for _, spec := range gen.Specs {
			spec := spec.(*ast.ImportSpec)
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil || !t.isNeeded(spec, path, info, needed) {
				continue
			}
			t.keep(spec.Pos(), spec.Path.End())
			paths = append(paths, path)
		}
		if len(paths) > before {
			t.keep(gen.Pos(), gen.Pos()+token.Pos(len("import")))
			if gen.Lparen.IsValid() {
				t.keep(gen.Lparen, gen.Lparen+1)
				t.keep(gen.Rparen, gen.Rparen+1)
			}
		}
	}
	return paths
}

// isNeeded reports whether an import is kept. A blank import of embed is there
// for the directives alone.
func (t *text) isNeeded(spec *ast.ImportSpec, path string, info *types.Info, needed map[*types.PkgName]bool) bool {
	if spec.Name != nil && spec.Name.Name == "_" {
		return path != "embed" || t.embeds
	}
	var obj types.Object = info.Implicits[spec]
	if spec.Name != nil {
		obj = info.Defs[spec.Name]
	}
	name, ok := obj.(*types.PkgName)
	return ok && needed[name]
}

// keepConstraints keeps the build constraint of a file, which can also set the
// version of its language.
func (t *text) keepConstraints() {
	for _, group := range t.file.Comments {
		for _, c := range group.List {
			if c.Pos() < t.file.Package && strings.HasPrefix(c.Text, "//go:build ") {
				t.keep(c.Pos(), c.End())
			}
		}
	}
}

// String returns the text with what is left out as blank as its lines, without
// blanks at the end.
func (t *text) String() string {
	var b strings.Builder
	for i, c := range t.source {
		switch {
		case c == '\n', t.kept[i]:
			b.WriteByte(c)
		default:
			b.WriteByte(' ')
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		if strings.TrimLeft(line, " ") == "" {
			lines[i] = ""
		}
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n \t\r") + "\n"
}
