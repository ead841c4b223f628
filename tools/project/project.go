// Package project finds the Go module that a command works on and says where
// its things are. It reads go.mod and seastack.hcl and nothing else.
package project

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
)

// Project is a module with its configuration.
type Project struct {
	Root   string // absolute path of the folder that has go.mod
	Module string // module path
	Config config.Config
}

// Find returns the project that dir is in: that of the nearest go.mod above.
func Find(dir string) (Project, error) {
	root, err := findRoot(dir)
	if err != nil {
		return Project{}, err
	}
	src, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return Project{}, err
	}
	p := Project{Root: root, Module: modfile.ModulePath(src)}
	if p.Module == "" {
		return Project{}, diag.Diagnostic{Code: diag.NoModuleLine, File: "go.mod", Message: "go.mod has no module line", Next: "write it as in: module example.com/hiring"}
	}
	p.Config, err = config.Load(root, p.Module)
	return p, err
}

func findRoot(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for d := abs; ; d = filepath.Dir(d) {
		_, err := os.Stat(filepath.Join(d, "go.mod"))
		if err == nil {
			return filepath.EvalSymlinks(d)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if d == filepath.Dir(d) {
			return "", diag.Diagnostic{Code: diag.NoModule, Message: "there is no go.mod in " + abs + " or above it",
				Next: "run the command inside of a Go module, or name one with -C"}
		}
	}
}

// Path joins a path below the root; elements are with slashes.
func (p Project) Path(elements ...string) string {
	return filepath.Join(p.Root, filepath.FromSlash(filepath.Join(elements...)))
}

// Artifacts is the folder of the zips.
func (p Project) Artifacts() string { return p.Path(".seastack", "artifacts") }

// Cache is the folder of what can be made anew.
func (p Project) Cache() string { return p.Path(".seastack", "cache") }

// Local is the folder of what runs on this machine: PostgreSQL, the local
// cloud, and the states of the environment local.
func (p Project) Local(elements ...string) string {
	return p.Path(append([]string{".seastack", "local"}, elements...)...)
}

// Migrations returns the folder of the database's migrations.
func (p Project) Migrations() string { return p.Path(p.Config.Folders.Migrations) }

// StateFile is the file of a root's state in the environment local.
func (p Project) StateFile(root string) string { return p.Path(names.StateFile(root)) }

// EnvRoot is the folder of a Terraform root: that of a stack, or of the platform.
func (p Project) EnvRoot(env, root string) string {
	return p.Path(names.RootDir(p.Config.Folders, env, root))
}
