package inputs

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// watchlist is all that `go list` and the compiler looked at, as absolute
// paths. What is not there is watched as well: its appearance would be a
// change.
type watchlist struct {
	Files    []string            // contents matter
	Dirs     []string            // names of their files matter
	Trees    []string            // names of all that is below them matter
	ReadOnly map[string][]string // folders of fetched packages, and files of theirs that lie deeper
}

// watchlistBuilder collects what a listing depends on.
type watchlistBuilder struct {
	gocmd.Toolchain
	files, dirs, trees set
	readOnly           map[string][]string
}

type set map[string]struct{}

func (s set) add(path string) { s[path] = struct{}{} }

func (s set) list() []string {
	paths := make([]string, 0, len(s))
	for path := range s {
		paths = append(paths, path)
	}
	return paths
}

// newWatchlist returns all whose change could change a listing, or what it
// lists.
func newWatchlist(t gocmd.Toolchain, packages []gocmd.Package) (watchlist, error) {
	w := watchlistBuilder{Toolchain: t, files: set{}, dirs: set{}, trees: set{}, readOnly: map[string][]string{}}
	if err := w.addModule(); err != nil {
		return watchlist{}, err
	}
	w.addTools()
	main := mainModule(packages)
	for _, p := range packages {
		switch {
		case p.Dir == "":
		case t.ReadOnly(p):
			w.addReadOnly(p)
			w.addShadow(p, main)
		default:
			w.addSource(p)
		}
	}
	return watchlist{Files: w.files.list(), Dirs: w.dirs.list(), Trees: w.trees.list(), ReadOnly: w.readOnly}, nil
}

func mainModule(packages []gocmd.Package) string {
	for _, p := range packages {
		if p.Module != nil && p.Module.Main {
			return p.Module.Path
		}
	}
	return ""
}

// addModule watches what chooses versions: the module's own files, and those of
// the modules that it replaces by folders, reached or not.
func (w *watchlistBuilder) addModule() error {
	for _, name := range []string{"go.mod", "go.sum", "vendor/modules.txt"} {
		w.files.add(filepath.Join(w.Root, filepath.FromSlash(name)))
	}
	dirs, err := Replaces(w.Root)
	for _, dir := range dirs {
		w.files.add(filepath.Join(dir, "go.mod"))
	}
	return err
}

// Replaces returns the folders that go.mod puts in the place of modules,
// absolute.
func Replaces(root string) ([]string, error) {
	paths, err := replacePaths(root)
	for i, path := range paths {
		if !filepath.IsAbs(path) {
			paths[i] = filepath.Join(root, path)
		}
	}
	return paths, err
}

// RelativeReplaces returns the folders that go.mod puts in the place of modules
// and names from the root, absolute.
func RelativeReplaces(root string) ([]string, error) {
	paths, err := replacePaths(root)
	var dirs []string
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			dirs = append(dirs, filepath.Join(root, path))
		}
	}
	return dirs, err
}

func replacePaths(root string) ([]string, error) {
	path := filepath.Join(root, "go.mod")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(path, data, nil)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, replace := range file.Replace {
		if replace.New.Version == "" {
			paths = append(paths, filepath.Clean(filepath.FromSlash(replace.New.Path)))
		}
	}
	return paths, nil
}

// addTools watches the compiler, the assembler and the linker: a version is a
// name, not a proof.
func (w *watchlistBuilder) addTools() {
	w.readOnly[w.Tools] = nil
	if include := filepath.Join(w.GOROOT, "pkg", "include"); isDir(include) {
		w.readOnly[include] = nil
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (w *watchlistBuilder) addReadOnly(p gocmd.Package) {
	deeper := w.readOnly[p.Dir]
	for _, name := range p.EmbedFiles {
		if strings.ContainsAny(name, `/\`) {
			deeper = append(deeper, name)
		}
	}
	w.readOnly[p.Dir] = deeper
}

// addShadow watches the folder of the main module that would, if it appeared,
// claim a package which another module provides now.
func (w *watchlistBuilder) addShadow(p gocmd.Package, main string) {
	if rest, ok := strings.CutPrefix(p.ImportPath, main+"/"); ok && main != "" {
		w.dirs.add(filepath.Join(w.Root, filepath.FromSlash(rest)))
	}
}

func (w *watchlistBuilder) addSource(p gocmd.Package) {
	w.dirs.add(p.Dir)
	for _, name := range append(p.Sources(), p.Ignored()...) {
		w.files.add(filepath.Join(p.Dir, name))
	}
	for _, pattern := range p.EmbedPatterns {
		w.trees.add(filepath.Join(p.Dir, embedPrefix(pattern)))
	}
	if p.Name == "main" {
		w.files.add(filepath.Join(p.Dir, profile))
	}
	w.addBoundaries(p)
}

// addBoundaries watches for a go.mod in or above the package, which would move
// it into another module.
func (w *watchlistBuilder) addBoundaries(p gocmd.Package) {
	top := w.Root
	if p.Module != nil && p.Module.Dir != "" {
		top = p.Module.Dir
	}
	for dir := p.Dir; gocmd.Within(top, dir); dir = filepath.Dir(dir) {
		w.files.add(filepath.Join(dir, "go.mod"))
		if dir == filepath.Dir(dir) {
			return
		}
	}
}

// embedPrefix is the part of a //go:embed pattern before its first wildcard.
func embedPrefix(pattern string) string {
	pattern = strings.TrimPrefix(pattern, "all:")
	var fixed []string
	for _, element := range strings.Split(pattern, "/") {
		if strings.ContainsAny(element, `*?[\`) {
			break
		}
		fixed = append(fixed, element)
	}
	return filepath.FromSlash(strings.Join(fixed, "/"))
}
