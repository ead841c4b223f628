package change

import (
	"bytes"
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
func (s source) cacheFile(kind string) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%q\n%q\n%q\n%q\n%q\n%t\n", s.Program, s.tree.ID, s.prefix, s.Target, s.Environment, s.goVersion, s.WithoutTests)
	return filepath.Join(s.Cache, kind+"-"+digest.Hex(sum)+".gob")
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
	data, err := os.ReadFile(file)
	return err == nil && gob.NewDecoder(bytes.NewReader(data)).Decode(to) == nil
}

// writeCache keeps a value. A reader sees all of it or nothing.
func writeCache(file string, value any) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(value); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return renameio.WriteFile(file, b.Bytes(), 0o644, renameio.WithTempDir(filepath.Dir(file)))
}
