package unusedhandle

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// exportFacts notes which handles the types of a package carry. A type may carry
// those of another one of the package, so that this goes on until nothing is new.
func exportFacts(pass *analysis.Pass, constructors []constructor) {
	for changed := true; changed; {
		changed = false
		for _, c := range constructors {
			t := c.result.Origin().Obj()
			if t.Pkg() != pass.Pkg || types.IsInterface(t.Type()) {
				continue
			}
			if handles := carried(pass, c); len(handles) > 0 {
				changed = export(pass, t, handles) || changed
			}
		}
	}
}

// carried returns the handles that a constructor takes, itself or through others.
func carried(pass *analysis.Pass, c constructor) (handles []string) {
	for p := range c.fn.Signature().Params().Variables() {
		handles = append(handles, handlesOf(pass, p.Type())...)
	}
	return handles
}

// export adds handles to a type's fact, and reports whether one of them is new.
func export(pass *analysis.Pass, t *types.TypeName, handles []string) bool {
	var before carries
	pass.ImportObjectFact(t, &before)
	all := slices.Concat(before.Handles, handles)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) == len(before.Handles) {
		return false
	}
	pass.ExportObjectFact(t, &carries{all})
	return true
}
