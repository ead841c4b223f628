package change

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/artifact/gocmd"
	"github.com/seastack/seastack/tools/artifact/inputs"
)

// cacheFile returns the file of what a tree is made of, for one target, as this
// machine's go command sees it. The tree has go.mod, and with it the toolchain
// that it asks for.
func (s source) cacheFile(ctx context.Context, kind string) (string, error) {
	version, err := goVersion(ctx, s.Root, s.Env)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%q\n%q\n%q\n%q\n%t\n", s.Program, s.tree.ID, s.prefix, s.Target, version, s.WithoutTests)
	return filepath.Join(s.Cache, kind+"-"+digest.Hex(sum)+".gob"), nil
}

// goVersion returns the version of the user's go command and its settings that
// decide what tests are made of.
func goVersion(ctx context.Context, root string, environ []string) (string, error) {
	c := gocmd.Command{Path: "go", Dir: root, Env: environ, Args: []string{
		"env", "GOVERSION", "GOTOOLCHAIN", "GOFLAGS", "GOOS", "GOARCH", "CGO_ENABLED", "GOEXPERIMENT", "GOWORK",
	}}
	out, err := c.Run(ctx)
	if err != nil {
		return "", gocmd.ExplainFailure(err, nil)
	}
	return strings.TrimSpace(string(out)), nil
}

// readCache reports whether there is a whole file, and reads it. A file that
// cannot be read is one that is not there: it is written again.
func readCache(file string, to any) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	return gob.NewDecoder(bufio.NewReaderSize(f, 1<<20)).Decode(to) == nil
}

// writeCache keeps a value. The temporary file is in the same folder, and a
// reader sees all of the new one or nothing of it.
func writeCache(file string, value any) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := renameio.NewPendingFile(file, renameio.WithTempDir(filepath.Dir(file)), renameio.WithPermissions(0o644))
	if err != nil {
		return err
	}
	defer f.Cleanup() //nolint:errcheck // does nothing once the file is in its place
	w := bufio.NewWriterSize(f, 1<<20)
	if err := gob.NewEncoder(w).Encode(value); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}

// packed is a state as the cache has it: a function's packages are numbers, as
// a thousand functions name the same few hundred packages.
type packed struct {
	State     plainState
	Paths     []string
	Functions map[string][]uint32
}

// plainState is a State without its methods, among them those of gob.
type plainState State

// GobEncode returns the state as the cache has it.
func (s State) GobEncode() ([]byte, error) {
	p := packed{State: plainState(s), Functions: map[string][]uint32{}}
	p.State.Closure.Functions = map[string]inputs.Inputs{}
	index := map[string]uint32{}
	for id, in := range s.Closure.Functions {
		numbers := make([]uint32, len(in.Packages))
		for i, path := range in.Packages {
			n, known := index[path]
			if !known {
				n = uint32(len(p.Paths))
				index[path], p.Paths = n, append(p.Paths, path)
			}
			numbers[i] = n
		}
		in.Packages, p.Functions[id] = nil, numbers
		p.State.Closure.Functions[id] = in
	}
	var b strings.Builder
	err := gob.NewEncoder(&b).Encode(p)
	return []byte(b.String()), err
}

// GobDecode reads what GobEncode returns.
func (s *State) GobDecode(data []byte) error {
	var p packed
	if err := gob.NewDecoder(strings.NewReader(string(data))).Decode(&p); err != nil {
		return err
	}
	for id, numbers := range p.Functions {
		in := p.State.Closure.Functions[id]
		in.Packages = make([]string, len(numbers))
		for i, n := range numbers {
			if int(n) >= len(p.Paths) {
				return fmt.Errorf("package %d of %d", n, len(p.Paths))
			}
			in.Packages[i] = p.Paths[n]
		}
		p.State.Closure.Functions[id] = in
	}
	*s = State(p.State)
	return nil
}
