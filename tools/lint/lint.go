package lint

import (
	"context"
	"fmt"
	"go/types"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/tools/lint/finding"
	"github.com/seastack/seastack/tools/lint/sdkcall"
	"github.com/seastack/seastack/tools/lint/unusedhandle"
)

// Analyzers returns the list of all analyzers, sorted by name.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{sdkcall.Analyzer, unusedhandle.Analyzer}
}

// Result is what a run found.
type Result struct {
	Packages int // that were looked at
	Found    diag.List
}

// Run runs the analyzers over the packages of the services' and stacks' folders of
// the module at root that a pattern names: ./stacks/web, ./stacks/... or an import
// path; all of them where there is no pattern. The error is a diag.List where Go
// refuses the packages or a pattern names none.
func Run(ctx context.Context, root string, folders config.Folders, patterns []string) (Result, error) {
	m, list, err := load.Load(ctx, root, folders)
	if err != nil {
		return Result{}, err
	}
	if m == nil || slices.ContainsFunc(m.Packages, func(p *load.Package) bool { return p.IllTyped }) {
		return Result{}, list.Err()
	}
	chosen, err := choose(m, patterns)
	if err != nil {
		return Result{}, err
	}
	graph, err := checker.Analyze(Analyzers(), roots(m), nil)
	if err != nil {
		return Result{}, err
	}
	result := Result{Packages: len(chosen)}
	for _, action := range graph.Roots {
		if action.Err != nil {
			return Result{}, fmt.Errorf("%s: %w", action, action.Err)
		}
		if !chosen[action.Package.PkgPath] {
			continue
		}
		for _, d := range action.Diagnostics {
			result.Found = append(result.Found, finding.Diagnostic(d, m.Position(d.Pos)))
		}
	}
	result.Found, _ = result.Found.Err().(diag.List) // sorted
	return result, nil
}

// roots returns the module's packages as analyzers take them. Of what they import,
// only they are looked at: the rest is there as the compiler's export data alone.
func roots(m *load.Module) []*packages.Package {
	ours := map[string]bool{}
	for _, p := range m.Packages {
		ours[p.PkgPath] = true
	}
	var all []*packages.Package
	for _, p := range m.Packages {
		p.TypesSizes = types.SizesFor("gc", load.Architecture(runtime.GOARCH))
		maps.DeleteFunc(p.Imports, func(path string, _ *packages.Package) bool { return !ours[path] })
		all = append(all, p.Package)
	}
	return all
}

// choose returns the import paths of the packages that patterns name.
func choose(m *load.Module, patterns []string) (map[string]bool, error) {
	chosen := map[string]bool{}
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	for _, pattern := range patterns {
		found := false
		for _, p := range m.Packages {
			if named(m.Path, p.PkgPath, pattern) {
				chosen[p.PkgPath], found = true, true
			}
		}
		if !found {
			return nil, diag.Diagnostic{
				Code:    diag.Usage,
				Message: fmt.Sprintf("%q names no package of %s or %s", pattern, m.Folders.Services, m.Folders.Stacks),
				Next:    "name folders from the module's root, as in ./" + m.Folders.Stacks + "/..., or leave the packages out",
			}
		}
	}
	return chosen, nil
}

// named reports whether a pattern of the go command names a package. What begins with
// ./ is from the module's root.
func named(module, pkg, pattern string) bool {
	if rest, relative := strings.CutPrefix(pattern, "./"); relative || pattern == "." {
		pattern = path.Join(module, rest)
	}
	if parent, below := strings.CutSuffix(pattern, "/..."); below {
		return pkg == parent || strings.HasPrefix(pkg, parent+"/")
	}
	return pkg == strings.TrimSuffix(pattern, "/")
}
