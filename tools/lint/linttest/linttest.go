// Package linttest writes the modules that analyzers are tested with: they require
// this one and AWS's SDK, as the modules of users do.
package linttest

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/modfile"
)

// Module copies a folder of sources into a temporary module, example.com/shop, that
// requires the module at root, and returns its folder.
func Module(t testing.TB, root, sources string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(sources)); err != nil {
		t.Fatal(err)
	}
	root, err = filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"go.mod": goMod(t, root), "go.sum": sum} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// goMod returns a go.mod with what the one at root requires, and that module itself.
func goMod(t testing.TB, root string) []byte {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", source, nil)
	if err != nil {
		t.Fatal(err)
	}
	ours := mod.Module.Mod.Path
	for _, err := range []error{
		mod.AddModuleStmt("example.com/shop"), mod.AddRequire(ours, "v0.0.0"),
		mod.AddReplace(ours, "", root, ""), mod.DropTool(ours + "/tools/seastack"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	out, err := mod.Format()
	if err != nil {
		t.Fatal(err)
	}
	return out
}
