package artifact

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// listed is one package in the words of `go list -json`.
type listed struct {
	ImportPath, Dir, Name, DefaultGODEBUG string
	Standard                              bool
	Module                                *listedModule
	Imports, Deps                         []string
	Error                                 *listedError

	GoFiles, CgoFiles, CFiles, CXXFiles, MFiles, HFiles, FFiles, SFiles []string
	SwigFiles, SwigCXXFiles, SysoFiles, EmbedFiles, EmbedPatterns       []string
	IgnoredGoFiles, IgnoredOtherFiles                                   []string
}

type listedModule struct {
	Path, Version, Dir, GoVersion, Sum string
	Main                               bool
	Replace                            *listedModule
}

type listedError struct {
	ImportStack []string
	Pos, Err    string
}

// list runs `go list` and gives its packages; a package that cannot be loaded is
// among them, with its error.
func (t toolchain) list(ctx context.Context, functions []Function) ([]byte, error) {
	out, err := t.listCommand(functions).run(ctx)
	if err != nil {
		return nil, buildError(err, nil)
	}
	return out, nil
}

func parseList(out []byte) ([]listed, error) {
	var packages []listed
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// used are the files that the compiler, the assembler or the linker reads.
func (p listed) used() []string {
	return slices.Concat(p.GoFiles, p.CgoFiles, p.CFiles, p.CXXFiles, p.MFiles, p.HFiles, p.FFiles,
		p.SFiles, p.SwigFiles, p.SwigCXXFiles, p.SysoFiles, p.EmbedFiles)
}

// ignored are the files that a changed build constraint would bring in.
func (p listed) ignored() []string { return slices.Concat(p.IgnoredGoFiles, p.IgnoredOtherFiles) }

// pinned says whether a package's files are not the user's to edit: those of the
// standard library, and of modules that the go command fetched and checked.
func (p listed) pinned(t toolchain) bool {
	switch {
	case p.Standard:
		return under(t.goroot, p.Dir)
	case p.Module == nil || p.Module.Main:
		return false
	}
	return under(t.modCache, p.Dir)
}

func under(folder, path string) bool {
	if folder == "" {
		return false
	}
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
