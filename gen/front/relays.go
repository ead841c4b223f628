package front

import (
	"slices"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/use"
)

// joinRelays grants each relay of the outbox to send what functions may leave in it.
func joinRelays(m *model.Model) {
	var left []model.Grant
	each(*m, func(ref model.FunctionRef, f model.Function) {
		for _, g := range use.Outbox(f) {
			chain := append([]string{"*outbox.Relay, for " + ref.String()}, g.Chain...)
			left = append(left, model.Grant{Kind: g.Kind, Resource: g.Resource, Chain: chain})
		}
	})
	for i, s := range m.Stacks {
		for j, f := range s.Functions {
			if use.Relay(f) {
				m.Stacks[i].Functions[j].Grants = withGrants(f.Grants, left)
			}
		}
	}
}

// withGrants returns grants with others added, one for each kind and resource.
func withGrants(grants, others []model.Grant) []model.Grant {
	all := slices.Concat(grants, others)
	slices.SortStableFunc(all, model.Grant.Compare)
	return slices.CompactFunc(all, func(a, b model.Grant) bool { return a.Compare(b) == 0 })
}

// each visits all functions, in the model's order.
func each(m model.Model, visit func(model.FunctionRef, model.Function)) {
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			visit(model.FunctionRef{Stack: s.Name, Function: f.Name}, f)
		}
	}
}
