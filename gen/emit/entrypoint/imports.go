package entrypoint

import (
	"bytes"
	"fmt"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seastack/seastack/gen/model"
)

// imports are the packages of one file and the names that it calls them by.
type imports struct {
	byPath map[string]string
}

// collect returns the imports of a function's main.go. Names do not depend on the
// order of the wiring, so that a reordered chain does not rename packages.
func collect(f model.Function, kept bool) *imports {
	paths := map[string]bool{functionPackage: true}
	if kept {
		paths["context"], paths[variablesPackage] = true, true
	}
	taken := map[string]bool{"ctx": true, "init": true, "main": true}
	if usesContext(f) {
		paths["context"] = true
	}
	if f.Handler.Receiver == "" {
		paths[f.Handler.Package] = true
	}
	for _, step := range f.Wiring {
		taken[step.Var] = true
		paths[step.Package] = true
		for _, t := range step.TypeArgs {
			paths[t.Package] = true
		}
	}
	delete(paths, "") // of predeclared types
	im := &imports{byPath: map[string]string{}}
	for _, p := range slices.SortedFunc(maps.Keys(paths), standardFirst) {
		im.byPath[p] = free(p, taken)
		taken[im.byPath[p]] = true
	}
	return im
}

// standardFirst puts Go's own packages first, so that they choose their names first.
func standardFirst(a, b string) int {
	if standard(a) != standard(b) {
		if standard(a) {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// free returns the first name for a package that nothing else has.
func free(p string, taken map[string]bool) string {
	base := packageName(p)
	parent := identifier(path.Base(path.Dir(p)))
	for _, name := range []string{base, parent + base, base + "pkg"} {
		if !taken[name] && token.IsIdentifier(name) {
			return name
		}
	}
	for n := 2; ; n++ {
		if name := base + strconv.Itoa(n); !taken[name] {
			return name
		}
	}
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// packageName returns the name that a package most likely has. Where the path
// does not end in it, write spells it out.
func packageName(p string) string {
	if base := path.Base(p); !majorVersion.MatchString(base) || base == p {
		return identifier(base)
	}
	return identifier(path.Base(path.Dir(p)))
}

var notIdentifier = regexp.MustCompile(`[^\p{L}\p{Nd}_]|^\p{Nd}+`)

func identifier(s string) string { return notIdentifier.ReplaceAllString(s, "") }

func (im *imports) name(p string) string { return im.byPath[p] }

// write writes the import declaration: Go's own packages, then those of other
// modules, then the module's, each sorted by path.
func (im *imports) write(b *bytes.Buffer, module string) {
	groups := make([][]string, 3)
	for _, p := range slices.Sorted(maps.Keys(im.byPath)) {
		i := 1
		switch {
		case p == module || strings.HasPrefix(p, module+"/"):
			i = 2
		case standard(p):
			i = 0
		}
		groups[i] = append(groups[i], im.spec(p))
	}
	var blocks []string
	for _, specs := range groups {
		if len(specs) > 0 {
			blocks = append(blocks, strings.Join(specs, "\n"))
		}
	}
	fmt.Fprintf(b, "import (\n%s\n)\n\n", strings.Join(blocks, "\n\n"))
}

func (im *imports) spec(p string) string {
	if name := im.byPath[p]; name != path.Base(p) {
		return "\t" + name + " " + strconv.Quote(p)
	}
	return "\t" + strconv.Quote(p)
}

func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".")
}
