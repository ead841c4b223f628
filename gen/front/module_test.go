package front_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/txtar"
)

// unpack writes an archive as a module that requires this repository, with the
// same dependencies, so that nothing has to be downloaded.
func unpack(tb testing.TB, archive *txtar.Archive) string {
	tb.Helper()
	root := tb.TempDir()
	for _, f := range archive.Files {
		if !isGolden(f.Name) {
			write(tb, filepath.Join(root, f.Name), f.Data)
		}
	}
	if !slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == "go.mod" }) {
		sums, err := os.ReadFile("../../go.sum")
		if err != nil {
			tb.Fatal(err)
		}
		write(tb, filepath.Join(root, "go.mod"), goMod(tb))
		write(tb, filepath.Join(root, "go.sum"), sums)
	}
	return root
}

func write(tb testing.TB, file string, text []byte) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		tb.Fatal(err)
	}
}

func goMod(tb testing.TB) []byte {
	tb.Helper()
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		tb.Fatal(err)
	}
	repository, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		tb.Fatal(err)
	}
	path, err := filepath.Abs("../..")
	if err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "module %s\n\ngo %s\n\n", modulePath, repository.Go.Version)
	fmt.Fprintf(&b, "require %s v0.0.0\nreplace %[1]s => %q\n", repository.Module.Mod.Path, path)
	for _, r := range repository.Require {
		fmt.Fprintf(&b, "require %s %s\n", r.Mod.Path, r.Mod.Version)
	}
	return []byte(b.String())
}
