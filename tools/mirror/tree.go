package mirror

import (
	"bytes"
	"fmt"
	"go/build"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// tree is a Go module's source on disk, with some files replaced in memory.
// Keys of overlay are slash-separated paths relative to root.
type tree struct {
	root, module string
	overlay      map[string][]byte
}

// read returns a file as the build will see it.
func (t tree) read(rel string) ([]byte, error) {
	if b, ok := t.overlay[rel]; ok {
		return b, nil
	}
	return os.ReadFile(filepath.Join(t.root, filepath.FromSlash(rel)))
}

// parse parses a file as the build will see it.
func (t tree) parse(rel string) (*goFile, error) {
	src, err := t.read(rel)
	if err != nil {
		return nil, err
	}
	return parseGo(rel, src)
}

// pkg is what the build needs to know of one package of the module.
type pkg struct {
	dir      string   // relative to the module's root, "." for the root
	files    []string // Go files that compile here, names only
	embeds   []string // //go:embed patterns
	internal []string // directories of the same module that it imports
}

// load reads the package in dir for this machine's GOOS and GOARCH.
func (t tree) load(dir string) (pkg, error) {
	ctx := build.Default
	ctx.CgoEnabled = false
	ctx.OpenFile = t.open
	bp, err := ctx.ImportDir(filepath.Join(t.root, filepath.FromSlash(dir)), 0)
	if err != nil {
		return pkg{}, fmt.Errorf("read package %s: %w", dir, err)
	}
	p := pkg{dir: dir, files: bp.GoFiles, embeds: bp.EmbedPatterns}
	for _, imp := range bp.Imports {
		if rest, ok := strings.CutPrefix(imp, t.module+"/"); ok {
			p.internal = append(p.internal, rest)
		}
	}
	return p, nil
}

func (t tree) open(name string) (io.ReadCloser, error) {
	if rel, err := filepath.Rel(t.root, name); err == nil {
		if b, ok := t.overlay[filepath.ToSlash(rel)]; ok {
			return io.NopCloser(bytes.NewReader(b)), nil
		}
	}
	return os.Open(name)
}

// closure loads the packages in the given directories and every package of the
// module that these import, directly or not, sorted by directory.
func (t tree) closure(dirs ...string) ([]pkg, error) {
	var out []pkg
	seen := map[string]bool{}
	for todo := slices.Clone(dirs); len(todo) > 0; {
		dir := todo[0]
		todo = todo[1:]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		p, err := t.load(dir)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		todo = append(todo, p.internal...)
	}
	slices.SortFunc(out, func(a, b pkg) int { return strings.Compare(a.dir, b.dir) })
	return out, nil
}

// sources lists every file that the packages are built from, sorted.
func (t tree) sources(pkgs []pkg) ([]string, error) {
	var out []string
	for _, p := range pkgs {
		for _, f := range p.files {
			out = append(out, path.Join(p.dir, f))
		}
		for _, pattern := range p.embeds {
			base := filepath.Join(t.root, filepath.FromSlash(p.dir))
			found, err := filepath.Glob(filepath.Join(base, filepath.FromSlash(pattern)))
			if err != nil {
				return nil, fmt.Errorf("embed pattern %q of %s: %w", pattern, p.dir, err)
			}
			if len(found) == 0 {
				return nil, fmt.Errorf("embed pattern %q of %s matches no file", pattern, p.dir)
			}
			for _, f := range found {
				rel, err := filepath.Rel(t.root, f)
				if err != nil {
					return nil, err
				}
				out = append(out, filepath.ToSlash(rel))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
