package commit

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit"
	"github.com/seastack/seastack/gen/emit/output"
)

// stale returns the generated files of the tree that are not among files.
func stale(r *os.Root, folders config.Folders, files []emit.File) ([]string, error) {
	wanted := map[string]bool{}
	for _, f := range files {
		wanted[f.Path] = true
	}
	found := map[string]bool{}
	for _, place := range []struct {
		dir  string
		ours func(string) bool
	}{
		{folders.Terraform, isTerraform},
		{folders.Stacks, isEntrypoint},
	} {
		if err := search(r, place.dir, place.ours, found); err != nil {
			return nil, err
		}
	}
	spelled := map[string]string{}
	for p := range wanted {
		spelled[spelling(p)] = p
	}
	maps.DeleteFunc(found, func(p string, _ bool) bool {
		other := spelled[spelling(p)]
		return wanted[p] || other != "" && sameFile(r, p, other)
	})
	return slices.Sorted(maps.Keys(found)), nil
}

// spelling is what all names have in common that the disks of macOS and Windows
// take for one: those disks keep another case, or another form of an accent,
// than the one that is asked for.
func spelling(p string) string { return strings.ToLower(norm.NFC.String(p)) }

func sameFile(r *os.Root, p, q string) bool {
	a, err := r.Lstat(p)
	if err != nil {
		return false
	}
	b, err := r.Lstat(q)
	return err == nil && os.SameFile(a, b)
}

func isTerraform(p string) bool { return strings.HasSuffix(p, ".gen.tf") }

// isEntrypoint matches <stack>/lambda/<function>/main.go.
func isEntrypoint(p string) bool {
	ok, _ := path.Match("*/lambda/*/main.go", p)
	return ok
}

// search adds dir's generated files to found. It follows no links.
func search(r *os.Root, dir string, ours func(string) bool, found map[string]bool) error {
	return fs.WalkDir(r.FS(), dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case p == dir && (errors.Is(err, fs.ErrNotExist) || err == nil && !d.IsDir()):
			return fs.SkipAll
		case err != nil:
			return err
		case d.IsDir() && p != dir && notSource(d.Name()):
			return fs.SkipDir
		case !d.Type().IsRegular() || !ours(strings.TrimPrefix(p, dir+"/")):
			return nil
		}
		content, err := r.ReadFile(p)
		if err == nil && output.Generated(content) {
			found[p] = true
		}
		return err
	})
}

// notSource matches folders that tools keep for themselves (".terraform"), and
// testdata, where generated files are somebody's fixtures.
func notSource(dir string) bool { return strings.HasPrefix(dir, ".") || dir == "testdata" }
