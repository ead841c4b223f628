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
