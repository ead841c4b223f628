package gocmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// Package is one package, in the words of `go list -json`.
type Package struct {
	ImportPath, Dir, Name, DefaultGODEBUG string
	Standard                              bool
	Module                                *Module
	Imports, Deps                         []string
	Error                                 *LoadError

	GoFiles, CgoFiles, CFiles, CXXFiles, MFiles, HFiles, FFiles, SFiles []string
	SwigFiles, SwigCXXFiles, SysoFiles, EmbedFiles, EmbedPatterns       []string
	IgnoredGoFiles, IgnoredOtherFiles                                   []string
}

// Module is the module of a package, in the words of `go list -json`.
type Module struct {
	Path, Version, Dir, GoVersion, Sum string
	Main                               bool
	Replace                            *Module
}

// LoadError is why a package cannot be loaded, in the words of `go list -json`.
type LoadError struct {
	ImportStack []string
	Pos, Err    string
}

// List runs `go list` for the main packages in dirs, folders from the root with
// slashes, and returns what it prints, for ParseList. A package that cannot be
// loaded is in it, with its error.
func (t Toolchain) List(ctx context.Context, dirs []string) ([]byte, error) {
	out, err := t.listCommand(dirs).Run(ctx)
	if err != nil {
		return nil, ExplainFailure(err, nil)
	}
	return out, nil
}

// Export compiles packages and returns the files with their export data, by
// import path. Code that does not compile has none: a build says why. Any other
// failure is an error.
func (t Toolchain) Export(ctx context.Context, paths []string) (map[string]string, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	out, err := t.exportCommand(paths).Run(ctx)
	if err != nil {
		return nil, ExplainFailure(err, nil)
	}
	files := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath, Export string
			Error              *LoadError
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return files, nil
		} else if err != nil {
			return nil, err
		}
		if p.Export != "" {
			files[p.ImportPath] = p.Export
		} else if p.Error != nil && !p.Error.isCode() {
			return nil, diag.List{p.Error.Finding()}
		}
	}
}

// isCode reports whether code is to blame for an error: the compiler has said
// where. It says nothing of a place when it was killed or could not write.
func (e LoadError) isCode() bool {
	return e.Pos != "" || slices.ContainsFunc(strings.Split(e.Err, "\n"), position.MatchString)
}

// ParseList reads what List returns.
func ParseList(out []byte) ([]Package, error) {
	var packages []Package
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p Package
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// Sources returns the files that the compiler, the assembler or the linker
// reads.
func (p Package) Sources() []string {
	return slices.Concat(p.GoFiles, p.CgoFiles, p.CFiles, p.CXXFiles, p.MFiles, p.HFiles, p.FFiles,
		p.SFiles, p.SwigFiles, p.SwigCXXFiles, p.SysoFiles, p.EmbedFiles)
}

// Ignored returns the files that a changed build constraint would bring in.
func (p Package) Ignored() []string { return slices.Concat(p.IgnoredGoFiles, p.IgnoredOtherFiles) }

// ReadOnly reports whether a package's files are not the user's to edit: those
// of the standard library, and of modules that the go command fetched and
// checked.
func (t Toolchain) ReadOnly(p Package) bool {
	switch {
	case p.Standard:
		return Within(t.GOROOT, p.Dir)
	case p.Module == nil || p.Module.Main:
		return false
	}
	return Within(t.ModCache, p.Dir)
}

// Within reports whether a path is a folder or below it.
func Within(folder, path string) bool {
	if folder == "" {
		return false
	}
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
