package artifact

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// watcher collects what a listing depends on.
type watcher struct {
	toolchain
	files, dirs, trees set
	pinned             map[string][]string
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

// watchFor is all whose change could change a listing, or what it lists.
func watchFor(t toolchain, packages []listed) (watch, error) {
	w := watcher{toolchain: t, files: set{}, dirs: set{}, trees: set{}, pinned: map[string][]string{}}
	if err := w.addModule(); err != nil {
		return watch{}, err
	}
	w.addTools()
	main := mainModule(packages)
	for _, p := range packages {
		switch {
		case p.Dir == "":
		case p.pinned(t):
			w.addPinned(p)
			w.addShadow(p, main)
		default:
			w.addSource(p)
		}
	}
	return watch{Files: w.files.list(), Dirs: w.dirs.list(), Trees: w.trees.list(), Pinned: w.pinned}, nil
}

func mainModule(packages []listed) string {
	for _, p := range packages {
		if p.Module != nil && p.Module.Main {
			return p.Module.Path
		}
	}
	return ""
}

// addModule watches what chooses versions: the module's own files, and those of
// the modules that it replaces by folders, reached or not.
func (w *watcher) addModule() error {
	for _, name := range []string{"go.mod", "go.sum", "vendor/modules.txt"} {
		w.files.add(filepath.Join(w.root, filepath.FromSlash(name)))
	}
	dirs, err := localReplaces(w.root)
	for _, dir := range dirs {
		w.files.add(filepath.Join(dir, "go.mod"))
	}
	return err
}

// localReplaces are the folders that go.mod puts in the place of modules, absolute.
func localReplaces(root string) ([]string, error) {
	paths, err := replacePaths(root)
	for i, path := range paths {
		if !filepath.IsAbs(path) {
			paths[i] = filepath.Join(root, path)
		}
	}
	return paths, err
}

// relativeReplaces are those of localReplaces that go.mod names from the root.
func relativeReplaces(root string) ([]string, error) {
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

// addTools watches the compiler and its kin: a version is a name, not a proof.
func (w *watcher) addTools() {
	w.pinned[w.tools] = nil
	if include := filepath.Join(w.goroot, "pkg", "include"); isDir(include) {
		w.pinned[include] = nil
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (w *watcher) addPinned(p listed) {
	deeper := w.pinned[p.Dir]
	for _, name := range p.EmbedFiles {
		if strings.ContainsAny(name, `/\`) {
			deeper = append(deeper, name)
		}
	}
	w.pinned[p.Dir] = deeper
}

// addShadow watches the folder of the main module that would, if it appeared,
// claim a package which another module provides now.
func (w *watcher) addShadow(p listed, main string) {
	if rest, ok := strings.CutPrefix(p.ImportPath, main+"/"); ok && main != "" {
		w.dirs.add(filepath.Join(w.root, filepath.FromSlash(rest)))
	}
}

func (w *watcher) addSource(p listed) {
	w.dirs.add(p.Dir)
	for _, name := range append(p.used(), p.ignored()...) {
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

// addBoundaries watches for a go.mod in or above the package, which would move it
// into another module.
func (w *watcher) addBoundaries(p listed) {
	top := w.root
	if p.Module != nil && p.Module.Dir != "" {
		top = p.Module.Dir
	}
	for dir := p.Dir; under(top, dir); dir = filepath.Dir(dir) {
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
