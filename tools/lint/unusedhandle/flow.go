package unusedhandle

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/seastack/seastack/tools/lint/finding"
)

// flows say of a package's variables and fields where their values go.
type flows struct {
	used      map[*types.Var]bool
	mentioned map[*types.Var]bool         // even if it is not used
	into      map[*types.Var][]*types.Var // what a value is stored in
}

// flowsOf follows each use of a variable in a package.
func flowsOf(pass *analysis.Pass, in *inspector.Inspector) flows {
	f := flows{used: map[*types.Var]bool{}, mentioned: map[*types.Var]bool{}, into: map[*types.Var][]*types.Var{}}
	for c := range in.Root().Preorder((*ast.Ident)(nil)) {
		id := c.Node().(*ast.Ident)
		v, ok := pass.TypesInfo.Uses[id].(*types.Var)
		if !ok || finding.InTest(pass, id.Pos()) {
			continue
		}
		into, used := destination(pass, value(c))
		v = v.Origin()
		f.mentioned[v] = true
		switch {
		case used:
			f.used[v] = true
		case into != nil:
			f.into[v] = append(f.into[v], into.Origin())
		}
	}
	f.propagate(pass)
	return f
}

// propagate marks the variables whose value goes to one that is used.
func (f flows) propagate(pass *analysis.Pass) {
	for changed := true; changed; {
		changed = false
		for v, all := range f.into {
			for _, into := range all {
				if !f.used[v] && (f.used[into] || escapes(pass, into)) {
					f.used[v], changed = true, true
				}
			}
		}
	}
}

// escapes reports whether others than this package's code may read a variable: an
// exported or embedded field, an exported variable of a package, or a named result.
func escapes(pass *analysis.Pass, v *types.Var) bool {
	switch v.Kind() {
	case types.FieldVar:
		return v.Exported() || v.Embedded() || v.Pkg() != pass.Pkg
	case types.PackageVar:
		return v.Exported()
	case types.ResultVar:
		return true
	}
	return false
}

// fate says in which field the value of a variable that is not used ends up.
func (f flows) fate(v *types.Var) string {
	seen := map[*types.Var]bool{}
	for todo := []*types.Var{v}; len(todo) > 0; todo = todo[1:] {
		for _, into := range f.into[todo[0]] {
			if into.IsField() {
				return ", as nothing reads the field " + into.Name() + " that it is stored in"
			}
			if !seen[into] {
				seen[into] = true
				todo = append(todo, into)
			}
		}
	}
	return ""
}

// value returns the whole expression of a variable's use: s.sender for sender.
func value(c inspector.Cursor) inspector.Cursor {
	for {
		kind, _ := c.ParentEdge()
		if kind != edge.SelectorExpr_Sel && kind != edge.ParenExpr_X {
			return c
		}
		c = c.Parent()
	}
}

// destination returns the variable or the field that an expression is stored in, and
// whether it is used in any other way. Neither is so where it is itself stored to,
// assigned to _ or compared with nil.
func destination(pass *analysis.Pass, c inspector.Cursor) (into *types.Var, used bool) {
	kind, index := c.ParentEdge()
	switch parent := c.Parent().Node().(type) {
	case *ast.AssignStmt:
		if kind == edge.AssignStmt_Lhs {
			return nil, parent.Tok != token.ASSIGN && parent.Tok != token.DEFINE
		}
		if len(parent.Lhs) == len(parent.Rhs) {
			return stored(pass, parent.Lhs[index])
		}
	case *ast.ValueSpec:
		if kind == edge.ValueSpec_Values && len(parent.Names) == len(parent.Values) {
			return stored(pass, parent.Names[index])
		}
	case *ast.KeyValueExpr:
		return keyed(pass, c, kind == edge.KeyValueExpr_Key)
	case *ast.CompositeLit:
		if s := structOf(pass, parent); s != nil {
			return s.Field(index), false
		}
	case *ast.BinaryExpr:
		return nil, !comparesWithNil(pass, parent)
	}
	return nil, true
}

// stored returns what an expression on the left of an assignment is.
func stored(pass *analysis.Pass, left ast.Expr) (into *types.Var, used bool) {
	left = ast.Unparen(left)
	if s, ok := left.(*ast.SelectorExpr); ok {
		left = s.Sel
	}
	id, ok := left.(*ast.Ident)
	if !ok {
		return nil, true // an element, or what a pointer leads to
	}
	if id.Name == "_" {
		return nil, false
	}
	into, _ = pass.TypesInfo.ObjectOf(id).(*types.Var)
	return into, into == nil
}

// keyed returns the field that an element of a struct's literal sets. The field's
// name itself is no use of it.
func keyed(pass *analysis.Pass, c inspector.Cursor, isKey bool) (into *types.Var, used bool) {
	element := c.Parent()
	literal, ok := element.Parent().Node().(*ast.CompositeLit)
	if !ok || structOf(pass, literal) == nil {
		return nil, true
	}
	if isKey {
		return nil, false
	}
	return stored(pass, element.Node().(*ast.KeyValueExpr).Key)
}

// structOf returns the struct that a literal makes; nil for another type.
func structOf(pass *analysis.Pass, literal *ast.CompositeLit) *types.Struct {
	t := pass.TypesInfo.TypeOf(literal)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem() // in a list of pointers
	}
	s, _ := t.Underlying().(*types.Struct)
	return s
}

func comparesWithNil(pass *analysis.Pass, b *ast.BinaryExpr) bool {
	return pass.TypesInfo.Types[b.X].IsNil() || pass.TypesInfo.Types[b.Y].IsNil()
}
