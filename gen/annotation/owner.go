package annotation

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/seastack/seastack/gen/diag"
)

// owner is what a comment group documents.
type owner struct {
	declaration Declaration // its Place is empty where no annotation can stand
	what        string      // for people: "a constant"
}

// take adds an annotation to the declaration, or reports why it cannot stand
// there: on another kind of declaration, or for a second time.
func (o *owner) take(a Annotation) diag.List {
	d := &o.declaration
	first := slices.IndexFunc(d.Annotations, func(b Annotation) bool { return b.Verb.Name == a.Verb.Name })
	switch {
	case a.Verb.Name == "": // it is none
	case d.Place != a.Verb.Place:
		next := "put it on the line above " + string(a.Verb.Place) + ", without a blank line between"
		if a.Verb.Place == OnCall {
			next = "put it at the end of the call's line, or on the line above"
		}
		return diag.List{diag.New(diag.WrongPlace, a.Pos,
			"seastack:"+a.Verb.Name+" stands on "+o.what+", but belongs on "+string(a.Verb.Place), next)}
	case first >= 0:
		return diag.List{diag.New(diag.DuplicateAnnotation, a.Pos,
			"a second seastack:"+a.Verb.Name+" on the same declaration", "keep one",
			"the first is at "+d.Annotations[first].Pos.String())}
	default:
		d.Annotations = append(d.Annotations, a)
	}
	return nil
}

// owners returns what each comment group of a file documents. Groups that
// document nothing are not in it.
func owners(file *ast.File) map[*ast.CommentGroup]owner {
	found := map[*ast.CommentGroup]owner{}
	ast.Inspect(file, func(n ast.Node) bool {
		if doc, what := documented(n); doc != nil {
			found[doc] = owner{what: what}
		}
		return true
	})
	if file.Doc != nil {
		found[file.Doc] = owner{Declaration{Place: OnPackage, File: file}, string(OnPackage)}
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Doc != nil {
				found[d.Doc] = owner{Declaration{Place: OnFunc, File: file, Func: d}, string(OnFunc)}
			}
			addVariables(found, file, d)
		case *ast.GenDecl:
			addTypes(found, file, d)
		}
	}
	return found
}

// addVariables adds what a function declares with var: each is a line of its body.
func addVariables(found map[*ast.CommentGroup]owner, file *ast.File, f *ast.FuncDecl) {
	ast.Inspect(f, func(n ast.Node) bool {
		if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.VAR && d.Doc != nil {
			found[d.Doc] = owner{Declaration{Place: OnCall, File: file}, string(OnCall)}
		}
		return true
	})
}

// addTypes adds a file's own types; those in functions cannot be annotated.
func addTypes(found map[*ast.CommentGroup]owner, file *ast.File, d *ast.GenDecl) {
	if d.Tok != token.TYPE {
		return
	}
	for _, spec := range d.Specs {
		t := spec.(*ast.TypeSpec)
		doc := t.Doc
		if !d.Lparen.IsValid() {
			doc = d.Doc
		}
		if doc != nil {
			found[doc] = owner{Declaration{Place: OnType, File: file, Type: t}, string(OnType)}
		}
	}
}

// documented returns a node's comment and what it is on, in people's words.
func documented(n ast.Node) (*ast.CommentGroup, string) {
	switch d := n.(type) {
	case *ast.GenDecl:
		return d.Doc, generic(d)
	case *ast.TypeSpec:
		return d.Doc, "a type inside of a function"
	case *ast.ValueSpec:
		return d.Doc, "a variable or constant"
	case *ast.ImportSpec:
		return d.Doc, "an import"
	case *ast.Field:
		return d.Doc, "a field or an interface's method"
	}
	return nil, ""
}

func generic(d *ast.GenDecl) string {
	switch {
	case d.Tok == token.TYPE && d.Lparen.IsValid():
		return "a group of types"
	case d.Tok == token.TYPE:
		return "a type inside of a function"
	case d.Tok == token.IMPORT:
		return "an import"
	}
	return "a variable or constant"
}

// floating returns what a comment group is on that documents nothing.
func floating(file *ast.File, group *ast.CommentGroup) owner {
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if ok && f.Body != nil && f.Body.Pos() < group.Pos() && group.End() <= f.Body.End() {
			return owner{Declaration{Place: OnCall, File: file}, string(OnCall)}
		}
	}
	return owner{what: "no declaration"}
}
