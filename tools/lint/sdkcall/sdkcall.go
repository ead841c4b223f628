package sdkcall

import (
	_ "embed"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/lint/finding"
)

//go:embed doc.go
var doc string

// Analyzer is the sdkcall analyzer.
var Analyzer = &analysis.Analyzer{
	Name:     "sdkcall",
	Doc:      finding.Doc(doc),
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	marks := marksOf(pass)
	inspect := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	for c := range inspect.Root().Preorder((*ast.Ident)(nil)) {
		id := c.Node().(*ast.Ident)
		if finding.InTest(pass, id.Pos()) {
			continue
		}
		op, ok := operationOf(pass.TypesInfo.Uses[id])
		if !ok || op.needsNothing() {
			continue
		}
		var at ast.Expr = id
		if selector, ok := c.Parent().Node().(*ast.SelectorExpr); ok && selector.Sel == id {
			at = selector
		}
		check(pass, marks, op, at, id)
	}
	for _, m := range marks.unused() {
		pass.Report(finding.New(m, diag.StaleMark,
			"the line is marked as granted "+m.text+", and calls no operation of AWS",
			"remove the mark, and the statement if nothing else needs it", m.removal()))
	}
	return nil, nil
}

// check reports a use of an operation that is not marked, or not by what it needs.
func check(pass *analysis.Pass, marks *marks, op operation, at ast.Expr, id *ast.Ident) {
	m := marks.near(at.Pos(), id.Pos())
	if m == nil {
		pass.Report(finding.New(at, diag.UncoveredCall,
			op.need()+", which no handle of the function grants", op.remedy()))
		return
	}
	for _, action := range m.actions {
		if !op.needs(action) {
			pass.Report(finding.New(m, diag.UnfitMark,
				"the line is marked as granted "+action+", and "+op.need(),
				"correct the mark, and see that the statement allows the same"))
		}
	}
}

// operation is an operation of a service.
type operation struct {
	service string // the name of its package: "sqs"
	name    string // "SendMessage"
}

// need says what the operation needs.
func (o operation) need() string {
	return o.service + "." + o.name + " needs " + strings.Join(o.actions(), " and ")
}

// sdk is where the packages of AWS's SDK are, and service where its clients are.
const (
	sdk     = "github.com/aws/aws-sdk-go-v2/"
	service = sdk + "service/"
)

// operationOf returns the operation that a function stands for: one of the SDK, or a
// method of an interface, which takes an operation's input.
func operationOf(o types.Object) (op operation, ok bool) {
	f, isFunc := o.(*types.Func)
	if !isFunc || f.Pkg() == nil {
		return op, false
	}
	receiver := f.Signature().Recv()
	if !strings.HasPrefix(f.Pkg().Path(), sdk) && (receiver == nil || !types.IsInterface(receiver.Type())) {
		return op, false
	}
	for p := range f.Signature().Params().Variables() {
		if op, ok := inputOf(p.Type()); ok {
			return op, true
		}
	}
	return op, false
}

// inputOf returns the operation whose input a type is.
func inputOf(t types.Type) (op operation, ok bool) {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return op, false
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return op, false
	}
	pkg := named.Obj().Pkg()
	op.service, ok = strings.CutPrefix(pkg.Path(), service)
	if !ok || strings.Contains(op.service, "/") {
		return op, false
	}
	op.name, ok = strings.CutSuffix(named.Obj().Name(), "Input")
	client, isType := pkg.Scope().Lookup("Client").(*types.TypeName)
	if !ok || !isType {
		return op, false
	}
	method, _, _ := types.LookupFieldOrMethod(types.NewPointer(client.Type()), false, pkg, op.name)
	return op, method != nil
}
