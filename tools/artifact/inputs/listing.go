package inputs

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// missingEntrypoints returns the findings of functions without a folder; the
// generator makes it.
func missingEntrypoints(r Request) error {
	var findings diag.List
	for _, f := range r.Functions {
		if !isDir(filepath.Join(r.Root, filepath.FromSlash(f.Dir))) {
			findings = append(findings, noEntrypoint(f, "is not there"))
		}
	}
	return findings.Err()
}

// loadErrors returns the findings of a listing: packages that cannot be loaded,
// and entrypoints that are none.
func loadErrors(r Request, packages []gocmd.Package) error {
	var findings diag.List
	for _, p := range packages {
		if p.Error == nil {
			continue
		}
		if i := emptyEntrypoint(r, p); i >= 0 {
			findings = append(findings, noEntrypoint(r.Functions[i], "has no Go files for "+r.GOOS+"/"+r.GOARCH))
			continue
		}
		findings = append(findings, p.Error.Finding())
	}
	return append(findings, notMain(r, packages)...).Err()
}

// unanswered reports what a listing left out: the package of a function, or one
// that another imports. A closure without it would have a key that does not
// change when it does.
func unanswered(r Request, packages []gocmd.Package) error {
	dirs, paths := map[string]bool{}, map[string]bool{}
	for _, p := range packages {
		dirs[p.Dir], paths[p.ImportPath] = true, true
	}
	var missing []string
	for _, f := range r.Functions {
		if !dirs[filepath.Join(r.Root, filepath.FromSlash(f.Dir))] {
			missing = append(missing, "./"+f.Dir)
		}
	}
	for _, p := range packages {
		for _, path := range p.Deps {
			if !paths[path] && path != "C" {
				missing = append(missing, path)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return incomplete(slices.Compact(missing))
}

// emptyEntrypoint finds the function whose folder holds no package.
func emptyEntrypoint(r Request, p gocmd.Package) int {
	if len(p.GoFiles) > 0 || !strings.Contains(p.Error.Err, "no Go files") && !strings.Contains(p.Error.Err, "build constraints exclude all Go files") {
		return -1
	}
	return slices.IndexFunc(r.Functions, func(f Function) bool {
		dir := filepath.Join(r.Root, filepath.FromSlash(f.Dir))
		return p.Dir == dir || path.Clean(p.ImportPath) == path.Clean(f.Dir)
	})
}

func notMain(r Request, packages []gocmd.Package) diag.List {
	named := map[string]string{}
	for _, p := range packages {
		named[p.Dir] = p.Name
	}
	var findings diag.List
	for _, f := range r.Functions {
		name := named[filepath.Join(r.Root, filepath.FromSlash(f.Dir))]
		if name != "" && name != "main" {
			findings = append(findings, noEntrypoint(f, "is package "+name+", not package main"))
		}
	}
	return findings
}
