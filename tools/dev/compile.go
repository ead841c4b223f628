package dev

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// compiler links functions from the whole packages of their stacks.
type compiler struct {
	toolchain gocmd.Toolchain
	functions map[string]artifact.Function // by ID
	reaching  func(pkg string) []string
}

// compile compiles functions and returns their binaries' paths, by ID. The error of
// code that does not compile is a diag.List.
func (c compiler) compile(ctx context.Context, ids []string, out string) (map[string]string, error) {
	binaries := map[string]string{}
	for n, batch := range c.batches(ids) {
		dir := filepath.Join(out, strconv.Itoa(n))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		var mains []string
		for name, id := range batch {
			mains = append(mains, c.functions[id].Dir)
			binaries[id] = filepath.Join(dir, name+gocmd.ExeSuffix(runtime.GOOS))
		}
		if err := c.toolchain.Build(ctx, mains, dir, "", runtime.GOMAXPROCS(0), c.reaching); err != nil {
			return nil, err
		}
	}
	return binaries, nil
}

// batches shares functions out so that no two in a batch have one name.
func (c compiler) batches(ids []string) (all []map[string]string) {
	for _, id := range ids {
		name, n := path.Base(c.functions[id].Dir), 0
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
