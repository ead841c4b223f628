package inputs

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// Closure is what functions are made of, as data: enough to say which of them
// reach a package, through which imports, and what is different in another
// tree.
type Closure struct {
	Module    string             `json:"module"`   // path of the main module
	Settings  []string           `json:"settings"` // toolchain, flags, environment and zip format, as in every key
	Packages  map[string]Package `json:"packages"` // by import path
	Modules   map[string]Module  `json:"modules"`  // by module path; without the main module
	Functions map[string]Inputs  `json:"functions"`
	// Variants are packages as those functions have them that are built for another
	// architecture than the first: by GOARCH, a space and the import path.
	Variants map[string]Package `json:"variants,omitempty"`
}

// Package is one package of a closure.
type Package struct {
	Dir     string            `json:"dir,omitempty"`    // from the module's root, with slashes; "" for fetched packages
	Module  string            `json:"module,omitempty"` // "" for the standard library
	Imports []string          `json:"imports,omitempty"`
	Files   map[string]string `json:"files,omitempty"` // name in the folder to SHA-256, of what is compiled or embedded; none for fetched packages
	Digest  string            `json:"digest"`          // of everything in it that can reach a binary
}

// Module is a module other than the main one.
type Module struct {
	Version string `json:"version,omitempty"`
	Sum     string `json:"sum,omitempty"`     // as in go.sum
	Replace string `json:"replace,omitempty"` // path and version, or folder
}

// Inputs is what one function is made of. Equal keys mean equal bytes.
type Inputs struct {
	Stack    string   `json:"stack"`
	Function string   `json:"function"`
	Key      string   `json:"key"`
	GOARCH   string   `json:"goarch,omitempty"` // what it is built for
	Package  string   `json:"package"`          // its main package
	Packages []string `json:"packages"`         // all that it reaches, itself among them, sorted
	// Stacked is the package of the function's stack, which its main package
	// imports; "" where there is none.
	Stacked string `json:"stacked,omitempty"`
	// Slice is that package as far as this function needs it; nil where it is
	// built as a whole, for the reason Whole.
	Slice *Package `json:"slice,omitempty"`
	Whole string   `json:"whole,omitempty"`
}

// Files returns the source files that a function is made of, from the module's
// root, with their SHA-256. Fetched packages are covered by Modules.
func (c Closure) Files(function string) map[string]string {
	files := map[string]string{}
	for _, importPath := range c.Functions[function].Packages {
		p := c.PackageOf(function, importPath)
		for name, sum := range p.Files {
			files[path.Join(p.Dir, name)] = sum
		}
	}
	return files
}

// PackageOf returns a package as a function needs it.
func (c Closure) PackageOf(function, path string) Package {
	if in := c.Functions[function]; in.Slice != nil && in.Stacked == path {
		return *in.Slice
	}
	return c.packageFor(c.Functions[function].GOARCH, path)
}

// packageFor returns a package as functions for an architecture have it.
func (c Closure) packageFor(goarch, path string) Package {
	if p, ok := c.Variants[variant(goarch, path)]; ok {
		return p
	}
	return c.Packages[path]
}

// variant returns the key of a package in a closure's variants.
func variant(goarch, path string) string { return goarch + " " + path }

// Join joins the closures of the same module for several architectures, which
// have no function in common.
func Join(all []Closure) Closure {
	joined := all[0]
	for _, c := range all[1:] {
		joined = joined.join(c)
	}
	return joined
}

func (c Closure) join(other Closure) Closure {
	j := Closure{
		Module: c.Module, Packages: maps.Clone(c.Packages), Modules: maps.Clone(c.Modules), Functions: maps.Clone(c.Functions),
		Variants: map[string]Package{},
	}
	maps.Copy(j.Variants, c.Variants)
	for _, line := range c.Settings { // those of an architecture alone are said by Inputs.GOARCH
		if slices.Contains(other.Settings, line) {
			j.Settings = append(j.Settings, line)
		}
	}
	maps.Copy(j.Modules, other.Modules)
	maps.Copy(j.Functions, other.Functions)
	for _, in := range other.Functions {
		for _, path := range in.Packages {
			first, known := j.Packages[path]
			switch p := other.packageFor(in.GOARCH, path); {
			case !known:
				j.Packages[path] = p
			case first.Digest != p.Digest:
				j.Variants[variant(in.GOARCH, path)] = p
			}
		}
	}
	return j
}

// Only returns the part of a closure that the functions of a stack are made of.
func (c Closure) Only(stack string) Closure {
	part := Closure{
		Module: c.Module, Settings: c.Settings,
		Packages: map[string]Package{}, Modules: map[string]Module{}, Functions: map[string]Inputs{},
	}
	for id, in := range c.Functions {
		if in.Stack != stack {
			continue
		}
		part.Functions[id] = in
		for _, path := range in.Packages {
			part.Packages[path] = c.Packages[path]
			if p, ok := c.Variants[variant(in.GOARCH, path)]; ok {
				part.addVariant(variant(in.GOARCH, path), p)
			}
		}
		maps.Copy(part.Modules, c.ModulesOf(id))
	}
	return part
}

func (c *Closure) addVariant(key string, p Package) {
	if c.Variants == nil {
		c.Variants = map[string]Package{}
	}
	c.Variants[key] = p
}

// ModulesOf returns the modules that provide packages to a function.
func (c Closure) ModulesOf(function string) map[string]Module {
	modules := map[string]Module{}
	for _, path := range c.Functions[function].Packages {
		if m, ok := c.Modules[c.Packages[path].Module]; ok {
			modules[c.Packages[path].Module] = m
		}
	}
	return modules
}

// Reaching returns the ids of the functions whose closure has a package,
// sorted.
func (c Closure) Reaching(path string) []string {
	var ids []string
	for id, in := range c.Functions {
		if _, found := slices.BinarySearch(in.Packages, path); found {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// profile is the file with which a main package asks for profile-guided
// optimisation of all that it links.
const profile = "default.pgo"

// makePackages joins a listing with the contents that a snapshot saw. It leaves
// the functions out.
func makePackages(r Request, t gocmd.Toolchain, packages []gocmd.Package, seen snapshot) Closure {
	c := Closure{
		Module: mainModule(packages), Settings: settings(t, r.ZipFormat, seen),
		Packages: map[string]Package{}, Modules: map[string]Module{}, Functions: map[string]Inputs{},
	}
	for _, p := range packages {
		c.Packages[p.ImportPath] = makePackage(t, p, seen)
		if p.Module != nil && !p.Module.Main {
			c.Modules[p.Module.Path] = makeModule(*p.Module)
		}
	}
	return c
}

// addFunctions adds the functions of a listing, with their slices: those that
// were made for it, and of functions that are unchanged those of an earlier
// closure.
func (c Closure) addFunctions(r Request, packages *packages, sliced map[string]Sliced, unchanged map[string]Inputs) {
	for _, f := range r.Functions {
		p := packages.main(r.Root, f)
		in := Inputs{Stack: f.Stack, Function: f.Name, Package: p.ImportPath}
		in.Packages = append(slices.Clone(p.Deps), p.ImportPath)
		if was, ok := unchanged[f.ID()]; ok {
			in.Stacked, in.Slice, in.Whole = was.Stacked, was.Slice, was.Whole
		} else if s, ok := sliced[f.ID()]; ok {
			in.Stacked, in.Slice, in.Whole = s.Package, c.slice(s, packages), s.Whole
		}
		if in.Slice != nil {
			in.Packages = c.without(in)
		}
		slices.Sort(in.Packages)
		in.Key = c.key(in, p.DefaultGODEBUG)
		c.Functions[f.ID()] = in
	}
}

// slice returns a slice as a package of the closure; nil for a package that is
// taken as a whole.
func (c Closure) slice(s Sliced, packages *packages) *Package {
	if s.Whole != "" {
		return nil
	}
	return s.describe(c.Packages[s.Package], packages.byPath[s.Package])
}

// unchanged returns the functions that cannot be made of anything else than in an
// earlier closure, as they were there: their slices are the same, too.
func (c Closure) unchanged(r Request, packages *packages, last Closure) map[string]Inputs {
	same := map[string]Inputs{}
	if !slices.Equal(c.Settings, last.Settings) {
		return same
	}
	for _, f := range r.Functions {
		if was, known := last.Functions[f.ID()]; known && c.samePackages(packages.main(r.Root, f), was, last) {
			same[f.ID()] = was
		}
	}
	return same
}

// has reports whether a function has that slice; nil stands for a whole package.
func (c Closure) has(function string, slice *Package) bool {
	known := c.Functions[function].Slice
	if known == nil || slice == nil {
		return known == slice
	}
	return known.Digest == slice.Digest
}

// samePackages reports whether all packages that a main package can reach are
// what they were.
func (c Closure) samePackages(main gocmd.Package, was Inputs, last Closure) bool {
	if was.Package != main.ImportPath {
		return false
	}
	for _, path := range append([]string{main.ImportPath}, main.Deps...) {
		if p, ok := last.Packages[path]; !ok || p.Digest != c.Packages[path].Digest {
			return false
		}
	}
	return true
}

// settings are the parts of a key that all functions share.
func settings(t gocmd.Toolchain, zipFormat string, seen snapshot) []string {
	lines := []string{"go " + t.Version, "zip " + zipFormat}
	for _, flag := range append(t.Flags(), "-pgo=auto") {
		lines = append(lines, "flag "+flag)
	}
	for _, entry := range t.Settings() {
		lines = append(lines, "env "+entry)
	}
	return append(lines, "tools "+seen.ReadOnly[t.Tools].Content,
		"include "+seen.ReadOnly[filepath.Join(t.GOROOT, "pkg", "include")].Content)
}

func makeModule(m gocmd.Module) Module {
	module := Module{Version: m.Version, Sum: m.Sum}
	if m.Replace != nil {
		module.Replace = strings.TrimSpace(m.Replace.Path + " " + m.Replace.Version)
		module.Sum = m.Replace.Sum
	}
	return module
}

func makePackage(t gocmd.Toolchain, p gocmd.Package, seen snapshot) Package {
	made := Package{Imports: p.Imports}
	sum := sha256.New()
	fmt.Fprintf(sum, "package %q %q\n", p.ImportPath, p.Name)
	for _, path := range p.Imports {
		fmt.Fprintf(sum, "import %q\n", path)
	}
	if p.Module != nil {
		made.Module = p.Module.Path
		writeModule(sum, *p.Module)
	}
	if t.ReadOnly(p) {
		fmt.Fprintf(sum, "pinned %s\n", seen.ReadOnly[p.Dir].Content)
	} else {
		made.Dir, made.Files = DirFrom(t.Root, p.Dir), sourceFiles(p, seen)
		for _, name := range slices.Sorted(maps.Keys(made.Files)) {
			fmt.Fprintf(sum, "file %q %s\n", name, made.Files[name])
		}
	}
	made.Digest = digest.Hex(sum)
	return made
}

// writeModule covers what the build information in a binary says of a module,
// and the version of the language that its packages are compiled with.
func writeModule(sum hash.Hash, m gocmd.Module) {
	fmt.Fprintf(sum, "module %q %q %q %q\n", m.Path, m.Version, m.Sum, m.GoVersion)
	if m.Replace != nil {
		fmt.Fprintf(sum, "replace %q %q %q\n", m.Replace.Path, m.Replace.Version, m.Replace.Sum)
	}
}

func sourceFiles(p gocmd.Package, seen snapshot) map[string]string {
	files := map[string]string{}
	for _, name := range p.Sources() {
		files[filepath.ToSlash(name)] = seen.Files[filepath.Join(p.Dir, name)]
	}
	if sum := seen.Files[filepath.Join(p.Dir, profile)]; p.Name == "main" && sum != absent {
		files[profile] = sum
	}
	return files
}

// DirFrom names a folder from the root; one outside of it starts with "..".
func DirFrom(root, dir string) string {
	rel, err := filepath.Rel(root, dir)
	if err != nil {
		return filepath.ToSlash(dir)
	}
	return filepath.ToSlash(rel)
}

// key is the digest of everything that decides a function's bytes, and of
// nothing else: not of where the module lies, nor of packages that it does not
// reach.
func (c Closure) key(in Inputs, godebug string) string {
	sum := sha256.New()
	for _, line := range c.Settings {
		fmt.Fprintf(sum, "%s\n", line)
	}
	fmt.Fprintf(sum, "main %q\ngodebug %q\n", in.Package, godebug)
	for _, path := range in.Packages {
		p := c.Packages[path]
		if in.Slice != nil && path == in.Stacked {
			p = *in.Slice
		}
		fmt.Fprintf(sum, "%q %s\n", path, p.Digest)
	}
	return digest.Hex(sum)
}
