package slice

import (
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// Package is a package to type-check from its source.
type Package struct {
	Path      string   // import path
	Dir       string   // absolute
	Files     []string // names of the Go files that are compiled
	GoVersion string   // of its module's language: "1.26"
	Mixed     bool     // it has cgo, assembly or other files that are not Go's
}

// Importer imports packages from a compiler's export data.
type Importer struct {
	// Open returns the export data of a package.
	Open func(path string) (io.ReadCloser, error)
	// Read returns the content of a file that is checked from its source.
	Read func(path string) ([]byte, error)
	// Arch is the architecture that the data is for, in Go's words.
	Arch string
}

// Loader type-checks packages. What they import is read once for all of them.
type Loader struct {
	fset     *token.FileSet
	sizes    types.Sizes
	exported types.Importer
	read     func(path string) ([]byte, error)
}

// Loaded holds type-checked packages.
type Loaded struct {
	*Loader
	packages map[string]*checked
}

// checked is a package that type-checks.
type checked struct {
	Package
	types  *types.Package
	info   *types.Info
	syntax []*ast.File
	source [][]byte // of the files, as they were parsed
	ssa    *ssa.Package
	nodes  *graph // once it is sliced
}

// NewLoader returns a loader.
func NewLoader(from Importer) *Loader {
	fset := token.NewFileSet()
	return &Loader{
		fset: fset, sizes: types.SizesFor("gc", from.Arch), read: from.Read,
		exported: importer.ForCompiler(fset, "gc", from.Open),
	}
}

// Load type-checks packages in their order; one may import those before it. Those
// that do not type-check are not in the result, so that their slices fail.
func (from *Loader) Load(list []Package) *Loaded {
	l := &Loaded{Loader: from, packages: map[string]*checked{}}
	for _, p := range list {
		if c, err := l.check(p); err == nil {
			l.packages[p.Path] = c
		}
	}
	return l
}

// Import returns a package that was checked from its source, or else from export
// data.
func (l *Loaded) Import(path string) (*types.Package, error) {
	if c := l.packages[path]; c != nil {
		return c.types, nil
	}
	return l.exported.Import(path)
}

func (l *Loaded) check(p Package) (*checked, error) {
	c := &checked{Package: p}
	for _, name := range p.Files {
		path := filepath.Join(p.Dir, name)
		source, err := l.read(path)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(l.fset, path, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		c.source, c.syntax = append(c.source, source), append(c.syntax, file)
	}
	if len(c.syntax) == 0 {
		return nil, errors.New("it has no Go files")
	}
	var err error
	c.ssa, c.info, err = ssautil.BuildPackage(l.config(p), l.fset, types.NewPackage(p.Path, ""), c.syntax, ssa.InstantiateGenerics)
	if err != nil {
		return nil, err
	}
	c.types = c.ssa.Pkg
	return c, nil
}

func (l *Loaded) config(p Package) *types.Config {
	c := &types.Config{Importer: l, Sizes: l.sizes}
	if p.GoVersion != "" {
		c.GoVersion = "go" + p.GoVersion
	}
	return c
}

// unsliceable returns why a package has to be taken as a whole; nil where it
// need not.
func (c *checked) unsliceable() error {
	if c.Mixed {
		return errors.New("it has cgo, or files that are not Go's")
	}
	for _, file := range c.syntax {
		for _, spec := range file.Imports {
			if spec.Name != nil && spec.Name.Name == "." {
				return errors.New("it has an import with a dot")
			}
		}
		if hasLinkname(file) {
			return errors.New("it has a //go:linkname or a //line")
		}
	}
	return nil
}

func hasLinkname(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, c := range group.List {
			for _, prefix := range []string{"//go:linkname", "//line ", "/*line "} {
				if strings.HasPrefix(c.Text, prefix) {
					return true
				}
			}
		}
	}
	return false
}
