package load

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/seastack/seastack/gen/diag"
)

// workspace is a go.work that the go command would use here. Seastack does not:
// what it builds is to be the same on every machine, and a go.work is each
// developer's own.
type workspace struct {
	file    string
	modules map[string]string // module paths to their absolute folders
}

// findWorkspace returns the workspace of a module: what GOWORK names, or the
// go.work in the root or above.
func findWorkspace(root, gowork string) (w workspace, found bool) {
	if gowork == "off" {
		return w, false
	}
	if gowork != "" {
		return readWorkspace(root, gowork)
	}
	for dir := root; ; dir = filepath.Dir(dir) {
		if w, found = readWorkspace(root, filepath.Join(dir, "go.work")); found || dir == filepath.Dir(dir) {
			return w, found
		}
	}
}

// readWorkspace reads the other modules of a go.work, as much of a go.work as it can: it serves explanations only.
func readWorkspace(root, file string) (workspace, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return workspace{}, false
	}
	w := workspace{file: file, modules: map[string]string{}}
	parsed, err := modfile.ParseWork(file, text, nil)
	if err != nil {
		return w, true
	}
	for _, use := range parsed.Use {
		dir := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(file), dir)
		}
		if dir == root {
			continue
		}
		if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			w.modules[modfile.ModulePath(text)] = dir
		}
	}
	return w, true
}

// explainWorkspace adds to findings about modules that a go.work is there, which
// would have provided them.
func explainWorkspace(root string, list diag.List) diag.List {
	w, found := findWorkspace(root, os.Getenv("GOWORK"))
	if !found {
		return list
	}
	for i := range list {
		d := &list[i]
		text := d.Message + "\n" + strings.Join(d.Details, "\n")
		module := w.named(text)
		if module == "" && d.Code != diag.CannotLoad {
			continue
		}
		d.Details = append(d.Details, "workspaces are not looked at, so that every machine builds the same: "+relative(root, w.file)+" has no effect here")
		if module != "" {
			d.Next = w.require(root, module)
		}
	}
	return list
}

// named returns the longest path of the workspace's modules that a text names.
func (w workspace) named(text string) (longest string) {
	for module := range w.modules {
		if module != "" && strings.Contains(text, module) && len(module) > len(longest) {
			longest = module
		}
	}
	return longest
}

func (w workspace) require(root, module string) string {
	dir := cmp.Or(relative(root, w.modules[module]), ".")
	if !strings.HasPrefix(dir, "../") && !filepath.IsAbs(dir) {
		dir = "./" + dir
	}
	return "run: go mod edit -replace=" + module + "=" + dir + " && go mod tidy"
}
