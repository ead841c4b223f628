package diag

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed codes*.go
var sources embed.FS

// Explanation is the documentation of a code.
type Explanation struct {
	Code string `json:"code"` // "SEA1003"
	Name string `json:"name"` // of its constant: "NotADirective"
	Text string `json:"text"` // one line
}

// Explain returns the documentation of a code, in whatever case.
func Explain(code string) (e Explanation, ok bool) {
	i, ok := slices.BinarySearchFunc(Explanations(), strings.ToUpper(code), func(e Explanation, code string) int {
		return strings.Compare(e.Code, code)
	})
	if !ok {
		return Explanation{}, false
	}
	return Explanations()[i], true
}

// Codes returns all codes, sorted.
func Codes() []string {
	var codes []string
	for _, e := range Explanations() {
		codes = append(codes, e.Code)
	}
	return codes
}

// Explanations returns the documentation of all codes, sorted. It reads the
// sources themselves, so that the text that a user sees and the comment that a
// contributor edits cannot differ.
var Explanations = sync.OnceValue(func() []Explanation {
	entries, err := sources.ReadDir(".")
	if err != nil {
		panic("the sources are embedded: " + err.Error())
	}
	var all []Explanation
	for _, entry := range entries {
		all = append(all, explanationsIn(entry.Name())...)
	}
	slices.SortFunc(all, func(a, b Explanation) int { return strings.Compare(a.Code, b.Code) })
	return all
})

func explanationsIn(name string) (all []Explanation) {
	source, err := sources.ReadFile(name)
	if err != nil {
		panic(name + " is embedded: " + err.Error())
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
	if err != nil {
		panic(name + " compiles: " + err.Error())
	}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok {
				all = append(all, explanation(value))
			}
		}
	}
	return all
}

// explanation reads one constant: a comment that begins with its name.
func explanation(value *ast.ValueSpec) Explanation {
	e := Explanation{Name: value.Names[0].Name}
	if literal, ok := value.Values[0].(*ast.BasicLit); ok {
		e.Code, _ = strconv.Unquote(literal.Value) // the compiler has read it
	}
	_, text, _ := strings.Cut(strings.Join(strings.Fields(value.Doc.Text()), " "), e.Name+": ")
	if text != "" {
		e.Text = strings.ToUpper(text[:1]) + text[1:]
	}
	return e
}
