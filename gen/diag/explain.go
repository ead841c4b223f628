package diag

import (
	_ "embed"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed codes.go
var codesSource string

// Explain gives the documentation of a code, as it stands in codes.go.
func Explain(code string) (text string, ok bool) {
	text, ok = explanations()[code]
	return text, ok
}

// Codes gives all codes of codes.go, sorted.
func Codes() []string {
	return slices.Sorted(maps.Keys(explanations()))
}

// explanations reads codes.go itself, so that the text a user sees and the
// comment a contributor edits cannot differ.
var explanations = sync.OnceValue(func() map[string]string {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", codesSource, parser.ParseComments)
	if err != nil {
		panic("codes.go is embedded and compiles: " + err.Error())
	}
	texts := map[string]string{}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			addExplanation(texts, spec)
		}
	}
	return texts
})

func addExplanation(texts map[string]string, spec ast.Spec) {
	value, ok := spec.(*ast.ValueSpec)
	if !ok || len(value.Values) != 1 {
		return
	}
	literal, ok := value.Values[0].(*ast.BasicLit)
	if !ok {
		return
	}
	code, err := strconv.Unquote(literal.Value)
	if err != nil {
		return
	}
	texts[code] = strings.Join(strings.Fields(value.Doc.Text()), " ")
}
