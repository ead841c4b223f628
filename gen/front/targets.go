package front

import (
	"go/types"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/resolve"
	"github.com/seastack/seastack/gen/signature"
)

// targets finds the functions without a trigger, before any handle asks for one.
// What is wrong with them is found with the other handlers.
func (b *builder) targets() resolve.Targets {
	all := resolve.Targets{}
	for _, p := range b.module.Packages {
		for _, d := range p.Declarations {
			if p.Role != load.Stack || d.Place != annotation.OnFunc {
				continue
			}
			if in, t, ok := targetOf(p, d); ok {
				all[resolve.TypeKey(in)] = append(all[resolve.TypeKey(in)], t)
			}
		}
	}
	return all
}

// targetOf returns a handler as others may invoke it, and the type that it takes;
// false where it has a trigger, or takes no type that a package declares.
func targetOf(p *load.Package, d annotation.Declaration) (in *types.TypeName, t resolve.Target, ok bool) {
	h := &handler{pkg: p, decl: d, settings: &annotation.Function{}}
	for _, a := range d.Annotations {
		if a.Verb.Trigger {
			return nil, t, false
		}
		if settings, ok := a.Value.(*annotation.Function); ok {
			h.settings = settings
		}
	}
	if h.fn, ok = p.TypesInfo.Defs[d.Func.Name].(*types.Func); !ok {
		return nil, t, false
	}
	if recv := h.fn.Signature().Recv(); recv != nil {
		if h.receiver, ok = receiver(recv.Type()); !ok {
			return nil, t, false
		}
	}
	fit, fits := signature.Match(model.InvokeTrigger, h.fn.Signature())
	taken, named := fit.In.(*types.Named)
	if !fits || !named || taken.Obj().Pkg() == nil {
		return nil, t, false
	}
	ref := model.FunctionRef{Stack: p.Named(), Function: h.functionName()}
	return taken.Obj(), resolve.Target{Function: ref, Out: fit.Out, Pos: h.fn.Pos()}, true
}
