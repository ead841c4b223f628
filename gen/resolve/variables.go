package resolve

import (
	"go/types"
	"path"
	"strconv"
	"strings"

	"github.com/seastack/seastack/gen/model"
)

// receiver is the variable of the last step.
const receiver = "handler"

// variable returns the name that reads best for what a constructor returns:
// interviewsService for a service, interviews for a type of the stack's own,
// and the constructor's own name for a type without one.
func (w *wiring) variable(c *types.Func) string {
	p := c.Pkg()
	t, ok := base(c.Signature().Results().At(0).Type())
	if !ok {
		return lowerCamel(strings.TrimPrefix(c.Name(), "New"))
	}
	name := t.Obj().Name()
	if p == w.handler.Stack.Types || t.Obj().Pkg() != p {
		return lowerCamel(name)
	}
	return p.Name() + upperFirst(name)
}

// named returns the steps with the names of their variables: unique, and apart
// from the packages that main.go imports and from Go's own words.
func (w *wiring) named() []model.Step {
	taken := w.packageNames()
	vars := make([]string, len(w.steps))
	for i, s := range w.steps[:len(w.steps)-1] {
		vars[i] = free(s.wanted, taken)
		taken[vars[i]] = true
	}
	vars[len(vars)-1] = receiver
	steps := make([]model.Step, len(w.steps))
	for i, s := range w.steps {
		steps[i] = model.Step{Var: vars[i], Package: s.pkg, Func: s.fn, TypeArgs: s.typeArgs, Args: arguments(s.args, vars), Err: s.err}
	}
	return steps
}

func arguments(args []argument, vars []string) []model.Arg {
	all := make([]model.Arg, len(args))
	for i, a := range args {
		switch {
		case a.context:
			all[i].Context = true
		case a.text != nil:
			all[i].String = a.text
		default:
			all[i].Var = vars[a.step]
		}
	}
	return all
}

// packageNames are what main.go calls its imports, as far as that can be told
// from their paths.
func (w *wiring) packageNames() map[string]bool {
	taken := map[string]bool{receiver: true, "context": true, "function": true, path.Base(w.handler.Stack.PkgPath): true}
	for _, s := range w.steps {
		taken[path.Base(s.pkg)] = true
		for _, t := range s.typeArgs {
			taken[path.Base(t.Package)] = true
		}
	}
	return taken
}

// free returns the wanted name, or the next one that nothing else has.
func free(wanted string, taken map[string]bool) string {
	if reserved(wanted) {
		wanted += "Value"
	}
	name := wanted
	for n := 2; taken[name]; n++ {
		name = wanted + strconv.Itoa(n)
	}
	return name
}
