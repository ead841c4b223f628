package load

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/config"
)

// tree is what stands under the services' and the stacks' folders.
type tree struct {
	folders  []string // all of them, from the module's root, with slashes
	packages []string // those with Go files
}

// findFolders walks instead of leaving "..." to the go command, because the
// entrypoints below each stack are generated from what is loaded here: they
// may be stale or broken, and must not be looked at.
func findFolders(root string, f config.Folders) (tree, error) {
	var t tree
	for _, top := range []string{f.Services, f.Stacks} {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(top)), func(path string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				return err
			case !d.IsDir():
				return nil
			}
			return t.visit(relative(root, path), path, top, f)
		})
		if err != nil {
			return tree{}, err
		}
	}
	slices.Sort(t.folders)
	slices.Sort(t.packages)
	t.folders, t.packages = slices.Compact(t.folders), slices.Compact(t.packages)
	return t, nil
}

func (t *tree) visit(folder, path, top string, f config.Folders) error {
	if folder != top && (ignored(filepath.Base(path)) || generated(folder, f)) {
		return fs.SkipDir
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	if folder != top && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "go.mod" }) {
		return fs.SkipDir // another module
	}
	t.folders = append(t.folders, folder)
	if slices.ContainsFunc(entries, isSource) {
		t.packages = append(t.packages, folder)
	}
	return nil
}

// ignored names are those that the go command's patterns leave out as well.
func ignored(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// generated says whether a folder is that of a stack's entrypoints.
func generated(folder string, f config.Folders) bool {
	rest, ok := strings.CutPrefix(folder, f.Stacks+"/")
	parts := strings.Split(rest, "/")
	return ok && len(parts) == 2 && parts[1] == EntrypointFolder
}

// EntrypointFolder is the folder of a stack's generated entrypoints.
const EntrypointFolder = "lambda"

func isSource(e fs.DirEntry) bool {
	name := e.Name()
	return !e.IsDir() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !ignored(name)
}
