// Package link compiles functions for this machine, as fast as the go command can:
// from the whole packages of their stacks, and into plain binaries. What is deployed
// is built by package artifact. It knows nothing of where the binaries run.
package link

import (
	"context"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// Linker compiles functions of a module.
type Linker struct {
	Functions map[string]artifact.Function // by ID

	toolchain gocmd.Toolchain
	reaching  func(pkg string) []string
}

// New returns a linker of a request's functions. reaching returns the functions that
// a package is part of, for errors, and may be nil.
func New(ctx context.Context, r artifact.Request, reaching func(pkg string) []string) (Linker, error) {
	toolchain, err := gocmd.Find(ctx, gocmd.Options{Root: r.Root, Env: r.Env, GOOS: artifact.Local().GOOS, GOARCH: artifact.Local().GOARCH})
	l := Linker{Functions: map[string]artifact.Function{}, toolchain: toolchain, reaching: reaching}
	for _, f := range r.Functions {
		l.Functions[f.ID()] = f
	}
	return l, err
}

// Link compiles functions into a folder and returns their binaries' paths, by ID. The
// error of code that does not compile is a diag.List.
func (l Linker) Link(ctx context.Context, ids []string, out string) (map[string]string, error) {
	binaries := map[string]string{}
	for n, batch := range l.batches(ids) {
		dir := filepath.Join(out, strconv.Itoa(n))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		var mains []string
		for _, name := range slices.Sorted(maps.Keys(batch)) {
			mains = append(mains, l.Functions[batch[name]].Dir)
			binaries[batch[name]] = filepath.Join(dir, name+gocmd.ExeSuffix(runtime.GOOS))
		}
		if err := l.toolchain.Build(ctx, mains, dir, "", runtime.GOMAXPROCS(0), l.reaching); err != nil {
			return nil, err
		}
	}
	return binaries, nil
}

// LinkDebug compiles a function into a file, for a debugger.
func (l Linker) LinkDebug(ctx context.Context, id, out string) error {
	return l.toolchain.BuildDebug(ctx, l.Functions[id].Dir, out)
}

// batches shares functions out so that no two in a batch have one name.
func (l Linker) batches(ids []string) (all []map[string]string) {
	for _, id := range ids {
		name, n := path.Base(l.Functions[id].Dir), 0
		for n < len(all) && all[n][name] != "" {
			n++
		}
		if n == len(all) {
			all = append(all, map[string]string{})
		}
		all[n][name] = id
	}
	return all
}
