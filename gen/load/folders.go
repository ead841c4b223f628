package load

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
)

// tree is what stands under the services' and the stacks' folders.
type tree struct {
	folders  []string // all of them, from the module's root, with slashes
	packages []string // those with Go files
	links    []string // symbolic links that may stand for packages
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
			case d.Type()&fs.ModeSymlink != 0:
				return t.link(relative(root, path), path)
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
	if slices.ContainsFunc(entries, IsSource) {
		t.packages = append(t.packages, folder)
	}
	return nil
}

// link keeps a link that leads to a folder with Go files, or nowhere though it
// has a folder's name. A link with a file's name is left to the go command.
func (t *tree) link(name, path string) error {
	if ignored(filepath.Base(path)) || filepath.Ext(path) != "" {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		return nil
	}
	if err == nil {
		entries, err := os.ReadDir(path)
		if err != nil || !slices.ContainsFunc(entries, IsSource) {
			return err
		}
	}
	t.links = append(t.links, name)
	return nil
}

// linked returns the findings for the links, which Go does not follow.
func (t *tree) linked() (list diag.List) {
	for _, link := range t.links {
		list = append(list, diag.Diagnostic{
			Code: diag.LinkedFolder, File: link, Message: "this is a symbolic link, and Go does not look for packages behind one",
			Next: "put the folder itself here, or remove the link",
		})
	}
	return list
}

// ignored names are those that the go command's patterns leave out as well.
func ignored(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// generated reports whether a folder is that of a stack's entrypoints.
func generated(folder string, f config.Folders) bool {
	rest, ok := strings.CutPrefix(folder, f.Stacks+"/")
	parts := strings.Split(rest, "/")
	return ok && len(parts) == 2 && parts[1] == EntrypointFolder
}

// EntrypointFolder is the folder of a stack's generated entrypoints.
const EntrypointFolder = "lambda"

// IsSource reports whether an entry of a folder is a Go file, tests apart.
func IsSource(e fs.DirEntry) bool {
	name := e.Name()
	return !e.IsDir() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !ignored(name)
}
