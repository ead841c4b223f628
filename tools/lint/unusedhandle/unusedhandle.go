package unusedhandle

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/resolve"
	"github.com/seastack/seastack/gen/signature"
	"github.com/seastack/seastack/tools/lint/finding"
)

//go:embed doc.go
var doc string

// Analyzer is the unusedhandle analyzer.
var Analyzer = &analysis.Analyzer{
	Name:      "unusedhandle",
	Doc:       finding.Doc(doc),
	Requires:  []*analysis.Analyzer{inspect.Analyzer},
	FactTypes: []analysis.Fact{new(carries)},
	Run:       run,
}

// carries is the fact that a type's constructor takes handles, itself or through
// others.
type carries struct {
	Handles []string // "queue.Sender[notes.Ready]"
}

// AFact makes it a fact.
func (*carries) AFact() {}

func (c *carries) String() string { return "carries " + strings.Join(c.Handles, ", ") }

func run(pass *analysis.Pass) (any, error) {
	constructors := constructorsOf(pass)
	exportFacts(pass, constructors)
	flows := flowsOf(pass, pass.ResultOf[inspect.Analyzer].(*inspector.Inspector))
	for _, c := range constructors {
		if finding.InTest(pass, c.decl.Pos()) {
			continue
		}
		for _, field := range c.decl.Type.Params.List {
			checkField(pass, flows, c, field)
		}
	}
	return nil, nil
}

// constructor is a function that an entrypoint can call to build a type.
type constructor struct {
	decl   *ast.FuncDecl
	fn     *types.Func
	result *types.Named
}

func constructorsOf(pass *analysis.Pass) (all []constructor) {
	for _, file := range pass.Files {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() {
				continue
			}
			fn, ok := pass.TypesInfo.Defs[f.Name].(*types.Func)
			if !ok || fn.Signature().Results().Len() == 0 {
				continue
			}
			if named := namedOf(fn.Signature().Results().At(0).Type()); named != nil && named.Obj().Pkg() != nil {
				all = append(all, constructor{f, fn, named})
			}
		}
	}
	return all
}

// namedOf returns the named type of T or *T; nil for any other.
func namedOf(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, _ := types.Unalias(t).(*types.Named)
	return named
}

// parameter is one that a constructor takes, and that is a handle or brings some.
type parameter struct {
	constructor
	at      analysis.Range // its name, or its type where it has none
	name    string         // for people: "the parameter p"
	typ     types.Type
	handles []string
}

// checkField reports the parameters of one list of names that nothing uses.
func checkField(pass *analysis.Pass, flows flows, c constructor, field *ast.Field) {
	t := pass.TypesInfo.TypeOf(field.Type)
	handles := handlesOf(pass, t)
	if len(handles) == 0 {
		return
	}
	if len(field.Names) == 0 {
		parameter{c, field.Type, "a parameter", t, handles}.report(pass, "", removal(c, field))
	}
	for _, name := range field.Names {
		v, _ := pass.TypesInfo.Defs[name].(*types.Var)
		if v != nil && name.Name != "_" && flows.used[v] {
			continue
		}
		var fixes []analysis.SuggestedFix
		if len(field.Names) == 1 && !flows.mentioned[v] {
			fixes = removal(c, field)
		}
		parameter{c, name, "the parameter " + name.Name, t, handles}.report(pass, flows.fate(v), fixes)
	}
}

// handlesOf returns the handles that a value of a type brings along: itself, or those
// of the constructor of a service.
func handlesOf(pass *analysis.Pass, t types.Type) []string {
	if resolve.GrantOf(t) != "" {
		return []string{signature.Text(t)}
	}
	named := namedOf(t)
	if named == nil || named.Obj().Pkg() == nil {
		return nil
	}
	var fact carries
	pass.ImportObjectFact(named.Origin().Obj(), &fact)
	return fact.Handles
}

// report reports the parameter; fate says where its value goes.
func (p parameter) report(pass *analysis.Pass, fate string, fixes []analysis.SuggestedFix) {
	code, why := diag.UnusedHandle, "the function has its grant for nothing"
	if resolve.GrantOf(p.typ) == "" {
		code = diag.UnusedService
		why = "the function has the grants of its " + strings.Join(p.handles, ", ") + " for nothing"
	}
	message := fmt.Sprintf("%s of %s, a %s, is never used%s: %s", p.name, p.fn.Name(), signature.Text(p.typ), fate, why)
	pass.Report(finding.New(p.at, code, message, "remove it, and run go generate", fixes...))
}

// removal returns the fix that removes a parameter, with its comma.
func removal(c constructor, field *ast.Field) []analysis.SuggestedFix {
	edit := analysis.TextEdit{Pos: field.Pos(), End: field.End()}
	params := c.decl.Type.Params.List
	for i, f := range params {
		switch {
		case f != field:
		case i+1 < len(params):
			edit.End = params[i+1].Pos()
		case i > 0:
			edit.Pos = params[i-1].End()
		}
	}
	return []analysis.SuggestedFix{{Message: "Remove the parameter", TextEdits: []analysis.TextEdit{edit}}}
}
