package inputs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/artifact/gocmd"
	"github.com/seastack/seastack/tools/artifact/slice"
)

// Sliced is the package of a stack as one of its functions needs it.
type Sliced struct {
	slice.Slice
	Package string   // import path
	Dir     string   // absolute
	All     []string // names of all Go files that the package is made of
	Whole   string   // why it is not sliced; "" where it is
	module  *gocmd.Module
}

// errMoving says that a file changed since it was looked at.
var errMoving = errors.New("a file changed while it was read")

// slicesOf slices the packages of stacks for those of the functions that wanted
// holds for.
func slicesOf(
	ctx context.Context, r Request, t gocmd.Toolchain, p *packages, seen snapshot, wanted func(Function) bool,
) (map[string]Sliced, error) {
	s := slicer{Request: r, packages: p, toolchain: t, seen: seen}
	all := map[string]Sliced{}
	stacks := map[string][]string{} // IDs of the functions to slice, by the stack's import path
	mains := map[string]gocmd.Package{}
	for _, f := range r.Functions {
		main, stack, ok := s.stackOf(f)
		if !ok || !wanted(f) {
			continue
		}
		one := Sliced{Package: stack.ImportPath, Dir: stack.Dir, All: stack.GoFiles, Whole: s.shared(main, stack), module: stack.Module}
		if all[f.ID()], mains[f.ID()] = one, main; one.Whole == "" {
			stacks[stack.ImportPath] = append(stacks[stack.ImportPath], f.ID())
		}
	}
	loader, err := s.loader(ctx, stacks, mains)
	if err != nil {
		return nil, err
	}
	for _, stack := range slices.Sorted(maps.Keys(stacks)) { // one at a time, as type-checked packages take memory
		sources := []slice.Package{s.source(s.byPath[stack])}
		for _, id := range stacks[stack] {
			sources = append(sources, s.source(mains[id]))
		}
		loaded := loader.Load(sources)
		for _, id := range stacks[stack] {
			one := all[id]
			if one.Slice, err = loaded.Of(slice.Program{Main: mains[id].ImportPath, Package: stack}); err != nil {
				one.Whole = err.Error()
			}
			all[id] = one
		}
	}
	if s.moved {
		return nil, errMoving
	}
	return all, nil
}

// slicer finds what to slice, and type-checks it.
type slicer struct {
	Request
	*packages
	toolchain gocmd.Toolchain
	seen      snapshot
	moved     bool
}

// stackOf returns a function's main package and the package of its stack: the
// one two folders above, where main imports it.
func (s *slicer) stackOf(f Function) (main, stack gocmd.Package, ok bool) {
	main = s.main(s.Root, f)
	stack = s.byDir[filepath.Dir(filepath.Dir(main.Dir))]
	return main, stack, stack.ImportPath != "" && slices.Contains(main.Imports, stack.ImportPath)
}

// shared returns why a stack's package cannot be sliced for one program; "" where
// it can.
func (s *slicer) shared(main, stack gocmd.Package) string {
	for _, path := range main.Deps {
		if slices.Contains(s.byPath[path].Imports, stack.ImportPath) {
			return path + " imports it, too"
		}
	}
	return ""
}

// loader returns a loader with the export data of all that the stacks and the
// main packages import.
func (s *slicer) loader(ctx context.Context, stacks map[string][]string, mains map[string]gocmd.Package) (*slice.Loader, error) {
	exports := map[string]bool{}
	for stack, ids := range stacks {
		for _, id := range ids {
			for _, path := range mains[id].Imports {
				exports[path] = true
			}
		}
		for _, path := range s.byPath[stack].Imports {
			exports[path] = true
		}
	}
	for stack := range stacks {
		delete(exports, stack)
	}
	files, err := s.toolchain.Export(ctx, slices.Sorted(maps.Keys(exports)))
	if err != nil {
		return nil, err
	}
	return slice.NewLoader(slice.Importer{
		Arch: s.GOARCH, Read: s.read,
		Open: func(path string) (io.ReadCloser, error) { return os.Open(files[path]) },
	}), nil
}

func (s *slicer) source(p gocmd.Package) slice.Package {
	source := slice.Package{Path: p.ImportPath, Dir: p.Dir, Files: p.GoFiles}
	if p.Module != nil {
		source.GoVersion = p.Module.GoVersion
	}
	source.Mixed = len(p.Sources()) > len(p.GoFiles)+len(p.EmbedFiles)
	return source
}

// read reads a file that must be what the snapshot saw.
func (s *slicer) read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != s.seen.Files[path] {
		s.moved = true
		return nil, errMoving
	}
	return data, nil
}

// describe returns the slice as a package of a closure.
func (s Sliced) describe(whole Package, p gocmd.Package) *Package {
	made := Package{Dir: whole.Dir, Module: whole.Module, Imports: s.Imports, Files: map[string]string{}}
	for name, text := range s.Files {
		sum := sha256.Sum256([]byte(text))
		made.Files[name] = hex.EncodeToString(sum[:])
	}
	if s.Embeds {
		for _, name := range p.EmbedFiles {
			made.Files[filepath.ToSlash(name)] = whole.Files[filepath.ToSlash(name)]
		}
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "slice %q %q\n", s.Package, p.Name)
	for _, path := range s.Imports {
		fmt.Fprintf(sum, "import %q\n", path)
	}
	if s.module != nil {
		writeModule(sum, *s.module)
	}
	for _, name := range slices.Sorted(maps.Keys(made.Files)) {
		fmt.Fprintf(sum, "file %q %s\n", name, made.Files[name])
	}
	made.Digest = digest.Hex(sum)
	return &made
}

// without returns the packages of a function without those that only the rest of
// its stack's package imports. The runtime stays, which the linker adds by
// itself, and what it imports.
func (c Closure) without(in Inputs) []string {
	whole := c.reach(nil, in.Package)
	needed := c.reach(map[string][]string{in.Stacked: in.Slice.Imports}, in.Package, "runtime")
	return slices.DeleteFunc(slices.Clone(in.Packages), func(path string) bool { return whole[path] && !needed[path] })
}

// reach returns the packages that some reach through imports. imports has those
// of packages that are taken to import others than they do.
func (c Closure) reach(imports map[string][]string, from ...string) map[string]bool {
	reached := map[string]bool{}
	for _, path := range from {
		reached[path] = true
	}
	for queue := from; len(queue) > 0; queue = queue[1:] {
		next, given := imports[queue[0]]
		if !given {
			next = c.Packages[queue[0]].Imports
		}
		for _, path := range next {
			if !reached[path] {
				reached[path] = true
				queue = append(queue, path)
			}
		}
	}
	return reached
}

// Overlay returns what a build of the function reads in the place of the stack's
// files: the text of each, nil for one that it does without.
func (s Sliced) Overlay() map[string]*string {
	files := map[string]*string{}
	for _, name := range s.All {
		path := filepath.Join(s.Dir, name)
		files[path] = nil
		if text, ok := s.Files[name]; ok {
			files[path] = &text
		}
	}
	return files
}

// Same reports whether two functions need the same of the same package.
func (s Sliced) Same(other Sliced) bool {
	return s.Package == other.Package && s.Whole == other.Whole && maps.Equal(s.Files, other.Files)
}
