package load

import (
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/config"
)

// Inputs is all that a load depends on, besides the toolchain and the module
// cache, whose contents the sums in go.sum fix. When the names and bytes of
// the files in Dirs (not below them), the names of the folders in Dirs and the
// bytes of Files are the same, or equally absent, the result is the same.
type Inputs struct {
	Dirs  []string `json:"dirs"`  // from the module's root, with slashes; may start with ".."
	Files []string `json:"files"` // likewise; one that is absent counts as well
}

// Packages returns the folders of the packages that a load reads annotations in, from
// the module's root. When they are others, the result may be another.
func Packages(root string, f config.Folders) ([]string, error) {
	t, err := findFolders(root, f)
	return t.packages, err
}

func inputs(root string, t tree, roots []*packages.Package) Inputs {
	dirs := slices.Clone(t.folders)
	packages.Visit(roots, nil, func(p *packages.Package) {
		if p.Dir != "" && editable(p.Module) {
			dirs = append(dirs, relative(root, p.Dir))
		}
	})
	slices.Sort(dirs)
	files := []string{"go.mod", "go.sum", config.FileName, "vendor/modules.txt"}
	return Inputs{Dirs: slices.Compact(dirs), Files: files}
}

// editable reports whether a module's files may change under the same version:
// this one and one that is replaced by a folder.
func editable(m *packages.Module) bool {
	return m != nil && (m.Main || m.Replace != nil && m.Replace.Version == "")
}
