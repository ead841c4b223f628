package slice

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// effectFree reports whether expressions only make a value: nothing is called
// that could do something else, and nothing can panic.
func effectFree(info *types.Info, values []ast.Expr) bool {
	return !slices.ContainsFunc(values, func(e ast.Expr) bool { return !free(info, e) })
}

func free(info *types.Info, e ast.Expr) bool {
	if info.Types[e].Value != nil { // a constant
		return true
	}
	switch e := e.(type) {
	case *ast.FuncLit, *ast.BasicLit, *ast.Ident:
		return true
	case *ast.ParenExpr:
		return free(info, e.X)
	case *ast.SelectorExpr:
		return isQualified(info, e)
	case *ast.UnaryExpr:
		return e.Op != token.ARROW && (e.Op != token.AND || isLiteral(e.X)) && free(info, e.X)
	case *ast.CompositeLit:
		return freeLiteral(info, e)
	case *ast.KeyValueExpr:
		return free(info, e.Value)
	case *ast.CallExpr:
		return freeCall(info, e)
	}
	return false
}

// isQualified reports whether a selector names something of another package.
func isQualified(info *types.Info, e *ast.SelectorExpr) bool {
	id, ok := e.X.(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = info.Uses[id].(*types.PkgName)
	return ok
}

func isLiteral(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.CompositeLit)
	return ok
}

// freeLiteral takes the elements of a literal. The keys of a map are compared,
// which panics for some values of interfaces.
func freeLiteral(info *types.Info, e *ast.CompositeLit) bool {
	m, isMap := info.TypeOf(e).Underlying().(*types.Map)
	if isMap && types.IsInterface(m.Key()) {
		return false
	}
	for _, element := range e.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok && isMap && !free(info, pair.Key) {
			return false
		}
		if !free(info, element) {
			return false
		}
	}
	return true
}

// makers are functions that make a value and do nothing else.
var makers = []string{"errors.New", "new"}

// freeCall takes conversions that cannot panic, and calls of makers.
func freeCall(info *types.Info, e *ast.CallExpr) bool {
	if !effectFree(info, e.Args) {
		return false
	}
	if to := info.Types[e.Fun]; to.IsType() {
		_, toArray := to.Type.Underlying().(*types.Array)
		pointer, ok := to.Type.Underlying().(*types.Pointer)
		if ok {
			_, toArray = pointer.Elem().Underlying().(*types.Array)
		}
		return !toArray
	}
	switch f := ast.Unparen(e.Fun).(type) {
	case *ast.Ident:
		b, ok := info.Uses[f].(*types.Builtin)
		return ok && slices.Contains(makers, b.Name())
	case *ast.SelectorExpr:
		called, ok := info.Uses[f.Sel].(*types.Func)
		return ok && called.Pkg() != nil && slices.Contains(makers, called.Pkg().Path()+"."+called.Name())
	}
	return false
}
