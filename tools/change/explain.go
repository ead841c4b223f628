package change

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/artifact/inputs"
)

// Explanation is why a function's code is different.
type Explanation struct {
	Module   string          `json:"module"` // path of the main module
	Stack    string          `json:"stack"`
	Function string          `json:"function"`
	Kind     Kind            `json:"kind,omitempty"` // "": nothing is different
	Settings []string        `json:"settings,omitempty"`
	Packages []PackageChange `json:"packages,omitempty"`
	Modules  []ModuleChange  `json:"modules,omitempty"`
	// Configuration are the files of the function's Terraform that differ; after
	// Declare, the settings in them and in seastack.hcl.
	Configuration []string `json:"configuration,omitempty"`
	// Sizes of the zips, in bytes; 0 where one is not built.
	Before    int64 `json:"size_before,omitempty"`
	After     int64 `json:"size_after,omitempty"`
	SameBytes bool  `json:"same_bytes,omitempty"` // both sides are built and equal
}

// PackageChange is a package of the user's own that is different.
type PackageChange struct {
	Package string       `json:"package"`
	Change  string       `json:"change"` // "changed", "was added" or "was removed"
	Chain   []string     `json:"chain"`  // the shortest chain of imports from the main package
	Files   []FileChange `json:"files,omitempty"`
}

// FileChange is a file of such a package.
type FileChange struct {
	File         string        `json:"file"` // from the module's root
	Change       string        `json:"change"`
	Declarations []Declaration `json:"declarations,omitempty"` // of a Go file
	// Calls are the shortest chains of declarations from the function's main to
	// those that differ, where the code names them all: a call through an
	// interface is not seen.
	Calls [][]string `json:"calls,omitempty"`
}

// ModuleChange is another version of a module.
type ModuleChange struct {
	Module   string `json:"module"`
	Before   string `json:"before,omitempty"`
	After    string `json:"after,omitempty"`
	Packages int    `json:"packages"` // how many of its packages the function links
}

// IDs returns the functions of either side, sorted.
func (s Sides) IDs() []string {
	ids := slices.AppendSeq(slices.Collect(maps.Keys(s.Base.Closure.Functions)), maps.Keys(s.Head.Closure.Functions))
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Has reports whether either side has a function.
func (s Sides) Has(id string) bool { return slices.Contains(s.IDs(), id) }

// Explain returns why a function is different, as far as the listings say;
// Declare adds the declarations.
func (s Sides) Explain(id string) Explanation {
	e := s.explainCode(id)
	e.Module = s.Head.Closure.Module
	for _, f := range differences(s.Base.Files, s.Head.Files) {
		dir := names.ModuleDir(s.Head.Folders, e.Stack)
		if f.file == path.Join(dir, names.FunctionFile(e.Function)+".gen.tf") {
			e.Configuration = append(e.Configuration, f.file)
		}
	}
	return e
}

func (s Sides) explainCode(id string) Explanation {
	before, was := s.Base.Closure.Functions[id]
	now, is := s.Head.Closure.Functions[id]
	e := Explanation{Stack: now.Stack, Function: now.Function}
	switch {
	case !is:
		return Explanation{Stack: before.Stack, Function: before.Function, Kind: Removed}
	case !was:
		e.Kind = Added
		return e
	case before.Key == now.Key:
		return e
	}
	e.Kind = Code
	e.Settings = append(architectureChange(before, now), settingChanges(commonSettings(s.Base.Closure, before), commonSettings(s.Head.Closure, now))...)
	e.Modules = moduleChanges(s.Base.Closure, s.Head.Closure, id)
	e.Packages = s.packageChanges(id, before, now)
	return e
}

// architectureChange says that a function is built for another architecture.
func architectureChange(before, now inputs.Inputs) []string {
	if before.GOARCH == "" || now.GOARCH == "" || before.GOARCH == now.GOARCH {
		return nil
	}
	return []string{"env GOARCH " + before.GOARCH + " -> " + now.GOARCH}
}

// commonSettings returns a closure's settings without the architecture, where the function itself says for which it is built.
func commonSettings(c inputs.Closure, in inputs.Inputs) []string {
	if in.GOARCH == "" {
		return c.Settings
	}
	return slices.DeleteFunc(slices.Clone(c.Settings), func(line string) bool { return strings.HasPrefix(line, "env GOARCH=") })
}

// settingChanges returns the settings of all builds that differ: "go go1.26.8 ->
// go1.26.9".
func settingChanges(before, now []string) (all []string) {
	old, current := settingMap(before), settingMap(now)
	for _, name := range slices.Sorted(maps.Keys(current)) {
		if old[name] != current[name] {
			all = append(all, fmt.Sprintf("%s %s -> %s", name, short(old[name]), short(current[name])))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, left := current[name]; !left {
			all = append(all, name+" was removed")
		}
	}
	return all
}

// settingMap splits settings, which are a kind and a value; flags and variables
// have a name of their own.
func settingMap(settings []string) map[string]string {
	all := map[string]string{}
	for _, s := range settings {
		kind, value, _ := strings.Cut(s, " ")
		if kind == "flag" || kind == "env" {
			name, rest, _ := strings.Cut(value, "=")
			kind, value = kind+" "+name, rest
		}
		all[kind] = value
	}
	return all
}

// short cuts a digest down to what a person compares.
func short(value string) string {
	if len(value) == 64 && !strings.ContainsAny(value, " ./") {
		return value[:12]
	}
	return value
}

// moduleChanges returns the modules of a function whose version is another.
func moduleChanges(before, now inputs.Closure, id string) (all []ModuleChange) {
	old, current := before.ModulesOf(id), now.ModulesOf(id)
	every := maps.Clone(old)
	maps.Copy(every, current)
	for _, name := range slices.Sorted(maps.Keys(every)) {
		if old[name] == current[name] {
			continue
		}
		m := ModuleChange{Module: name, Before: version(old[name]), After: version(current[name])}
		m.Packages = linked(now, id, name)
		if _, left := current[name]; !left {
			m.Packages = linked(before, id, name)
		}
		all = append(all, m)
	}
	return all
}

func version(m inputs.Module) string {
	if m.Replace != "" {
		return m.Version + " => " + m.Replace
	}
	return m.Version
}

// linked returns how many packages of a module a function links.
func linked(c inputs.Closure, id, module string) (n int) {
	for _, p := range c.Functions[id].Packages {
		if c.Packages[p].Module == module {
			n++
		}
	}
	return n
}

// packageChanges returns the user's own packages that differ, the nearest to the
// main package first.
func (s Sides) packageChanges(id string, before, now inputs.Inputs) (all []PackageChange) {
	chains := imports(s.Head.Closure, id)
	for _, p := range now.Packages {
		current, old := s.Head.Closure.PackageOf(id, p), s.Base.Closure.PackageOf(id, p)
		_, linked := slices.BinarySearch(before.Packages, p)
		if current.Dir == "" || linked && old.Digest == current.Digest {
			continue
		}
		c := PackageChange{Package: p, Change: changed, Chain: chains.to(p)}
		if !linked {
			c.Change = added
		}
		c.Files = fileChanges(old, current)
		all = append(all, c)
	}
	chains = imports(s.Base.Closure, id)
	for _, p := range before.Packages {
		old := s.Base.Closure.PackageOf(id, p)
		if _, left := slices.BinarySearch(now.Packages, p); !left && old.Dir != "" {
			all = append(all, PackageChange{Package: p, Change: removed, Chain: chains.to(p)})
		}
	}
	slices.SortStableFunc(all, func(a, b PackageChange) int { return len(a.Chain) - len(b.Chain) })
	return all
}

func fileChanges(before, now inputs.Package) (all []FileChange) {
	for _, f := range differences(before.Files, now.Files) {
		dir := now.Dir
		if dir == "" {
			dir = before.Dir
		}
		all = append(all, FileChange{File: path.Join(dir, f.file), Change: f.change})
	}
	return all
}

// imports returns the shortest chains of imports from a function's main package.
func imports(c inputs.Closure, id string) ways {
	return search(c.Functions[id].Package, func(path string) []string { return c.PackageOf(id, path).Imports })
}

// Line returns the explanation in one line: the first of settings, modules and
// packages, and how much there is besides.
func (e Explanation) Line() string {
	reasons := slices.Clone(e.Settings)
	for _, m := range e.Modules {
		reasons = append(reasons, m.String())
	}
	for _, p := range e.Packages {
		reasons = append(reasons, p.String())
	}
	switch len(reasons) {
	case 0:
		if e.Kind == Code {
			return "what it is built from differs"
		}
		return ""
	case 1:
		return reasons[0]
	}
	return fmt.Sprintf("%s, and %d more", reasons[0], len(reasons)-1)
}

// String returns the change in one line.
func (m ModuleChange) String() string {
	packages := "1 of its packages"
	if m.Packages != 1 {
		packages = fmt.Sprintf("%d of its packages", m.Packages)
	}
	switch {
	case m.Before == "":
		return fmt.Sprintf("module %s %s was added, %s linked", m.Module, m.After, packages)
	case m.After == "":
		return fmt.Sprintf("module %s %s was removed, %s linked before", m.Module, m.Before, packages)
	}
	return fmt.Sprintf("module %s %s -> %s, %s linked", m.Module, m.Before, m.After, packages)
}

// String returns the change in one line.
func (p PackageChange) String() string {
	switch {
	case len(p.Files) == 1:
		return p.Files[0].File + " " + p.Files[0].Change
	case len(p.Files) > 1:
		return fmt.Sprintf("%s %s, and %d more files of the package", p.Files[0].File, p.Files[0].Change, len(p.Files)-1)
	}
	return "package " + p.Package + " " + p.Change
}
