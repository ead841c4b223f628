package resolve

import (
	"fmt"
	"go/token"
	"go/types"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/signature"
)

// Target is a function that others may invoke: one without a trigger.
type Target struct {
	Function model.FunctionRef
	Out      types.Type // nil: it returns nothing but an error
	Pos      token.Pos
}

// Targets holds the targets by the TypeKey of what they take.
type Targets map[string][]Target

// none is the result of a caller of a function that returns nothing but an error.
const none = core + "invoke.None"

// invocation returns the target of a caller, and the types that its constructor
// takes.
func (w *wiring) invocation(of *types.Named, chain []link) (t Target, in *types.TypeName, typeArgs []model.TypeRef, ok bool) {
	in, ok = w.input(of, chain)
	if !ok {
		return t, nil, nil, false
	}
	if t, ok = w.target(of, in, chain); !ok {
		return t, nil, nil, false
	}
	out, ok := w.result(of, t, chain)
	return t, in, []model.TypeRef{{Package: in.Pkg().Path(), Name: in.Name()}, out}, ok && w.asJSON(of, t, chain)
}

// input returns the type that a caller sends.
func (w *wiring) input(of *types.Named, chain []link) (*types.TypeName, bool) {
	argument := types.Unalias(of.TypeArgs().At(0))
	named, ok := argument.(*types.Named)
	if ok && named.Obj().Pkg() != nil && named.TypeArgs().Len() == 0 {
		if p := w.module.Package(named.Obj().Pkg().Path()); p != nil && p.Role == load.Service {
			return named.Obj(), w.importable(named.Obj().Pkg(), signature.Text(named), chain)
		}
	}
	next := "move the type to a package of the services, which both functions can import"
	if _, pointer := argument.(*types.Pointer); pointer {
		next = "name the type itself, without the pointer"
	}
	w.report(diag.BadCallerType, chain, signature.Text(of)+" sends "+signature.Text(argument)+", which is not a type of a service", next)
	return nil, false
}

// target returns the one function without a trigger that takes a type.
func (w *wiring) target(of *types.Named, in *types.TypeName, chain []link) (Target, bool) {
	found := w.targets[TypeKey(in)]
	text := signature.Text(in.Type())
	switch {
	case len(found) == 0:
		w.report(diag.NoTarget, chain, signature.Text(of)+" has no function: none without a trigger takes "+text,
			"write a handler func(context.Context, "+text+") with //seastack:function alone")
	case len(found) > 1:
		var candidates []string
		for _, t := range found {
			candidates = append(candidates, "candidate: "+t.Function.String()+w.place(t.Pos))
		}
		w.report(diag.AmbiguousTarget, chain, "several functions without a trigger take "+text, "give each a type of its own", candidates...)
	case found[0].Function == w.handler.Function:
		w.report(diag.InvokesItself, chain, found[0].Function.String()+" would invoke itself",
			"call the service's method, or put what is left to do into a queue")
	default:
		return found[0], true
	}
	return Target{}, false
}

// result returns the type that a caller gets, which must be what its target
// returns.
func (w *wiring) result(of *types.Named, t Target, chain []link) (model.TypeRef, bool) {
	wanted, got := types.Unalias(of.TypeArgs().At(1)), "invoke.None"
	isNone := types.TypeString(wanted, nil) == none
	if t.Out != nil {
		got = signature.Text(t.Out)
	}
	if isNone != (t.Out == nil) || !isNone && types.TypeString(wanted, nil) != types.TypeString(types.Unalias(t.Out), nil) {
		w.report(diag.WrongResult, chain, fmt.Sprintf("%s gets %s, but %s returns %s", signature.Text(of), signature.Text(wanted), t.Function, got),
			"write "+got+" in its place", "the function is at "+w.module.Position(t.Pos).String())
		return model.TypeRef{}, false
	}
	ref, pkg, ok := typeRef(wanted)
	if !ok {
		w.report(diag.BadCallerType, chain, signature.Text(of)+" gets "+signature.Text(wanted)+", which an entrypoint cannot write",
			"give the result a named type")
		return ref, false
	}
	return ref, pkg == nil || w.importable(pkg, signature.Text(wanted), chain)
}

// typeRef returns the reference to a type that is predeclared or named, or a
// pointer to one or a slice of them.
func typeRef(t types.Type) (ref model.TypeRef, pkg *types.Package, ok bool) {
	for {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			ref.Of, t = ref.Of+"*", u.Elem()
		case *types.Slice:
			ref.Of, t = ref.Of+"[]", u.Elem()
		case *types.Basic:
			ref.Name = u.Name()
			return ref, nil, true
		case *types.Named:
			if u.TypeArgs().Len() > 0 || u.Obj().Pkg() == nil || !u.Obj().Exported() {
				return ref, nil, false
			}
			ref.Package, ref.Name = u.Obj().Pkg().Path(), u.Obj().Name()
			return ref, u.Obj().Pkg(), true
		default:
			return ref, nil, false
		}
	}
}

// asJSON reports whether both ends can write and read what is sent.
func (w *wiring) asJSON(of *types.Named, t Target, chain []link) bool {
	what, wrong := "input", signature.JSON(of.TypeArgs().At(0), signature.Read|signature.Write)
	if wrong == "" && t.Out != nil {
		what, wrong = "result", signature.JSON(t.Out, signature.Read|signature.Write)
	}
	if wrong == "" {
		return true
	}
	w.report(diag.NotJSON, chain, fmt.Sprintf("the %s of %s cannot be JSON: %s", what, t.Function, wrong),
		`change the type, give it JSON methods, or leave the field out with json:"-"`)
	return false
}
