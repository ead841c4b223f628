package resolve

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// link is one element of the way from a handler to what it needs.
type link struct {
	name string      // "web.NewInterviews"
	pos  token.Pos   // of the parameter that needs the next link
	fn   *types.Func // nil for the handler
}

// report adds a finding at the end of a chain, with the chain as its details.
func (w *wiring) report(code string, chain []link, message, next string, details ...string) {
	for _, l := range slices.Backward(chain) {
		details = append(details, fmt.Sprintf("needed by %s (%s)", l.name, w.module.Position(l.pos)))
	}
	at := w.module.Position(chain[len(chain)-1].pos)
	w.list = append(w.list, diag.New(code, at, message, next, details...))
}

// cycle reports a constructor that the chain is already busy with.
func (w *wiring) cycle(c *types.Func, chain []link) bool {
	i := slices.IndexFunc(chain, func(l link) bool { return l.fn == c })
	if i < 0 {
		return false
	}
	var names []string
	for _, l := range chain[i:] {
		names = append(names, l.name)
	}
	names = append(names, qualified(c))
	w.report(diag.Cycle, chain, "the constructors need each other: "+strings.Join(names, " -> "),
		"let one of them do without the other, or move what both need to a third service")
	return true
}

// texts returns a chain without the handler, as a grant has it.
func texts(chain []link, last string) []string {
	var names []string
	for _, l := range chain {
		if l.fn != nil {
			names = append(names, l.name)
		}
	}
	return append(names, last)
}

func qualified(f *types.Func) string { return f.Pkg().Name() + "." + f.Name() }

// internalParent returns the folder whose packages may import an internal one.
func internalParent(path string) (parent string, internal bool) {
	elements := strings.Split(path, "/")
	for i, e := range slices.Backward(elements) {
		if e == "internal" {
			return strings.Join(elements[:i], "/"), true
		}
	}
	return "", false
}

func within(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}
