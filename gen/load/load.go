// Package load runs the go command over a module's services and stacks, and
// returns their syntax and types, their annotations and what they were read from.
// It knows the folders and Go's own errors; it does not know what an
// annotation means.
package load

import (
	"context"
	"errors"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
)

// Role is what a package is to Seastack, by its folder.
type Role string

// The roles of packages.
const (
	Stack   Role = "stack"   // a folder right under the stacks' folder
	Inside  Role = "inside"  // a package of a stack's own, deeper down
	Service Role = "service" // any package under the services' folder
)

// Package is one package of the services' or stacks' folder.
type Package struct {
	*packages.Package
	Role         Role
	Folder       string // from the module's root, with slashes
	Declarations []annotation.Declaration
}

// Named returns the name of the package's folder, which is a stack's name.
func (p *Package) Named() string { return p.Folder[strings.LastIndex(p.Folder, "/")+1:] }

// Module is a loaded module.
type Module struct {
	Root     string // absolute
	Path     string
	Folders  config.Folders
	Fset     *token.FileSet
	Packages []*Package // sorted by import path
	Inputs   Inputs
	Sources  []string // the folders with Go files, from the root, with slashes; sorted
}

// Load loads a module. The list has what Go and the annotations' grammar
// refuse; the module is then as good as it gets, and nil only when nothing
// could be loaded. The error is one that no user can correct in the sources.
func Load(ctx context.Context, root string, folders config.Folders) (*Module, diag.List, error) {
	root, err := realPath(root)
	if err != nil {
		return nil, nil, err
	}
	path, missing := modulePath(root)
	if missing != nil {
		return nil, diag.List{*missing}, nil
	}
	t, err := findFolders(root, folders)
	if err != nil {
		return nil, nil, err
	}
	if len(t.links) > 0 {
		return nil, t.linked(), nil
	}
	if len(t.packages) == 0 {
		return nil, diag.List{noPackages(folders)}, nil
	}
	fset := token.NewFileSet()
	roots, err := packages.Load(configure(ctx, root, fset), patterns(t.packages)...)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		return nil, diag.List{goFailed(root, err)}, nil
	}
	m := &Module{Root: root, Path: path, Folders: folders, Fset: fset, Sources: t.packages}
	list := compileErrors(root, roots)
	if left := unanswered(root, t.packages, roots); len(left) > 0 || len(list) == 0 && illTyped(roots) {
		refused, err := noAnswer(ctx, root, left, patterns(t.packages))
		return nil, explainWorkspace(root, append(list, refused...)), err
	}
	m.Inputs = inputs(root, t, roots)
	list = append(explainWorkspace(root, list), m.add(roots)...)
	return m, list, nil
}

// realPath resolves links, because the go command reports resolved paths.
func realPath(root string) (string, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

func modulePath(root string) (string, *diag.Diagnostic) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	path := modfile.ModulePath(text)
	if err == nil && path != "" {
		return path, nil
	}
	d := diag.Diagnostic{Code: diag.CannotLoad, Message: "there is no go.mod with a module path at the root", Next: "run this in a Go module, or make one with go mod init"}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		d.Message = "cannot read go.mod: " + err.Error()
	}
	return "", &d
}

func noPackages(f config.Folders) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.CannotLoad, Message: "there are no Go packages in " + f.Stacks + " or " + f.Services,
		Next: "make a stack, " + f.Stacks + "/<name>, or set the folders in " + config.FileName,
	}
}

// add fills in the packages with their roles and annotations.
func (m *Module) add(roots []*packages.Package) diag.List {
	var list diag.List
	for _, p := range roots {
		if len(p.Syntax) == 0 {
			continue
		}
		loaded := &Package{Package: p, Folder: m.relative(p.Dir)}
		loaded.Role = role(loaded.Folder, m.Folders)
		for _, file := range p.Syntax {
			found, wrong := annotation.Scan(file, m.Position)
			loaded.Declarations = append(loaded.Declarations, found...)
			list = append(list, wrong...)
		}
		m.Packages = append(m.Packages, loaded)
	}
	slices.SortFunc(m.Packages, func(a, b *Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	return list
}

func role(folder string, f config.Folders) Role {
	rest, ok := strings.CutPrefix(folder, f.Stacks+"/")
	switch {
	case !ok:
		return Service
	case strings.Contains(rest, "/"):
		return Inside
	}
	return Stack
}

// Position returns a place with its file's path from the module's root.
func (m *Module) Position(pos token.Pos) token.Position {
	p := m.Fset.PositionFor(pos, false)
	p.Filename = m.relative(p.Filename)
	return p
}

func (m *Module) relative(path string) string { return relative(m.Root, path) }

func relative(root, path string) string {
	if !filepath.IsAbs(path) {
		return filepath.ToSlash(path)
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

// Package returns a loaded package by its import path, or nil.
func (m *Module) Package(path string) *Package {
	i, ok := slices.BinarySearchFunc(m.Packages, path, func(p *Package, path string) int { return strings.Compare(p.PkgPath, path) })
	if !ok {
		return nil
	}
	return m.Packages[i]
}

// Has reports whether a place is in a file of the packages that were loaded.
func (m *Module) Has(pos token.Pos) bool {
	name := m.Fset.PositionFor(pos, false).Filename
	return filepath.IsAbs(name) && !strings.HasPrefix(relative(m.Root, name), "../")
}
