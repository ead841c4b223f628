package inputs

import (
	"path/filepath"

	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// packages is a listing, with its packages by import path and by folder.
type packages struct {
	list          []gocmd.Package
	byPath, byDir map[string]gocmd.Package
}

func newPackages(list []gocmd.Package) *packages {
	p := &packages{list: list, byPath: map[string]gocmd.Package{}, byDir: map[string]gocmd.Package{}}
	for _, one := range list {
		p.byPath[one.ImportPath], p.byDir[one.Dir] = one, one
	}
	return p
}

// main returns a function's main package.
func (p *packages) main(root string, f Function) gocmd.Package {
	return p.byDir[filepath.Join(root, filepath.FromSlash(f.Dir))]
}
