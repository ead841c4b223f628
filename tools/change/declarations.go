package change

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"slices"
)

// Declaration is a declaration of a file that is different.
type Declaration struct {
	Name   string `json:"name"` // "func (*Service).Create", "type Note", "const limit"
	Change string `json:"change"`
	Line   int    `json:"line,omitempty"` // in the present file, or in the base's where it is gone
}

// declarationChanges returns the declarations that differ between two texts of
// a Go file, by line. Comments and layout do not count, nor do lines: a
// declaration that only moved is the same. A text that is no Go has none.
func declarationChanges(before, now []byte) []Declaration {
	old, current := declarationsOf(before), declarationsOf(now)
	var all []Declaration
	for name, d := range current {
		was, known := old[name]
		switch {
		case !known:
			all = append(all, Declaration{name, added, d.line})
		case was.text != d.text:
			all = append(all, Declaration{name, changed, d.line})
		}
	}
	for name, d := range old {
		if _, left := current[name]; !left {
			all = append(all, Declaration{name, removed, d.line})
		}
	}
	slices.SortFunc(all, func(a, b Declaration) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Name, b.Name)) })
	return all
}

// printed is a declaration as text.
type printed struct {
	line int
	text string
}

// declarationsOf returns the declarations of a Go file by name.
func declarationsOf(text []byte) map[string]printed {
	all := map[string]printed{}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if file == nil || err != nil && len(file.Decls) == 0 {
		return all
	}
	add := func(name string, node ast.Node) {
		p := printed{fset.Position(node.Pos()).Line, normal(node)}
		if known, twice := all[name]; twice { // several init functions, or blank variables
			p = printed{known.line, known.text + "\n" + p.text}
		}
		all[name] = p
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			add(functionName(d), d)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if name, node := specName(d, spec); name != "" {
					add(name, node)
				}
			}
		}
	}
	return all
}

func functionName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return "func " + d.Name.Name
	}
	receiver := normal(d.Recv.List[0].Type)
	if receiver[0] == '*' {
		receiver = "(" + receiver + ")"
	}
	return "func " + receiver + "." + d.Name.Name
}

// specName returns the name of a declaration in a group, and what to compare; no
// name for an import, which follows from what uses it. A constant may follow
// from those above it, so that its group is compared.
func specName(d *ast.GenDecl, spec ast.Spec) (string, ast.Node) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		return "type " + spec.Name.Name, spec
	case *ast.ValueSpec:
		if d.Tok == token.CONST && (len(spec.Values) == 0 || usesIota(spec)) {
			return "const " + spec.Names[0].Name, d
		}
		return d.Tok.String() + " " + spec.Names[0].Name, spec
	}
	return "", spec
}

func usesIota(spec ast.Node) (found bool) {
	ast.Inspect(spec, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == "iota"
		return true
	})
	return found
}

// normal returns a node as text, without comments, in one layout.
func normal(node ast.Node) string {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			n.Doc = nil
		case *ast.GenDecl:
			n.Doc = nil
		case *ast.Field:
			n.Doc, n.Comment = nil, nil
		case *ast.TypeSpec:
			n.Doc, n.Comment = nil, nil
		case *ast.ValueSpec:
			n.Doc, n.Comment = nil, nil
		}
		return true
	})
	var b bytes.Buffer
	config := printer.Config{Mode: printer.RawFormat}
	if err := config.Fprint(&b, token.NewFileSet(), node); err != nil {
		return err.Error()
	}
	return b.String()
}
