package load

import (
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// withoutCgo explains an error by the files with cgo of the package and of
// those that it imports: functions are built without cgo, so that Go leaves
// such files out, and what they declare is undefined.
func withoutCgo(root string, p *packages.Package, message string) []string {
	if !strings.Contains(message, noFiles) && !strings.Contains(message, "undefined: ") {
		return nil
	}
	var lines []string
	for _, q := range concerned(p, message) {
		for _, file := range q.IgnoredFiles {
			if importsC(file) {
				lines = append(lines, relative(root, file)+` imports "C" and is left out: functions are built with CGO_ENABLED=0`)
			}
		}
	}
	return lines
}

// concerned returns the packages that should declare what is undefined: that of
// the qualifier, or the package itself.
func concerned(p *packages.Package, message string) []*packages.Package {
	_, name, _ := strings.Cut(message, "undefined: ")
	qualifier, _, qualified := strings.Cut(name, ".")
	if !qualified {
		return []*packages.Package{p}
	}
	var all []*packages.Package
	for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
		if q := p.Imports[path]; q.Name == qualifier {
			all = append(all, q)
		}
	}
	return all
}

func importsC(file string) bool {
	if !strings.HasSuffix(file, ".go") {
		return false
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		return false // it explains nothing
	}
	for _, i := range parsed.Imports {
		if i.Path.Value == `"C"` {
			return true
		}
	}
	return false
}
