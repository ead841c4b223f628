package synthetic

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen"
	"github.com/seastack/seastack/gen/config"
)

// TestWrite: the module has what was asked for, loads without a finding, and is
// the same each time.
func TestWrite(t *testing.T) {
	o := Options{Stacks: 3, Functions: 10, Services: 12, Seed: 7, Repo: "../.."}
	first, second := t.TempDir(), t.TempDir()
	for _, dir := range []string{first, second} {
		if err := Write(dir, o); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(tree(t, first), tree(t, second)); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	t.Setenv("GOFLAGS", "")
	c, err := config.Load(first, Module)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := gen.Model(t.Context(), first, c)
	if err != nil {
		t.Fatal(err)
	}
	functions, routes := 0, 0
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			functions++
			if f.Trigger.HTTP != nil {
				routes++
			}
		}
	}
	if len(m.Stacks) != 3 || functions != 10 || routes < 5 || len(m.Queues) != 2 {
		t.Errorf("%d stacks, %d functions, %d routes, %d queues", len(m.Stacks), functions, routes, len(m.Queues))
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, o := range []Options{{}, {Stacks: 2, Functions: 1, Services: 1}, {Stacks: 1, Functions: 1}} {
		if err := Write(t.TempDir(), o); err == nil || !strings.Contains(err.Error(), "there must be") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if err := Write(t.TempDir(), Options{Stacks: 1, Functions: 1, Services: 1, Repo: t.TempDir()}); err == nil {
		t.Error("a folder without a module")
	}
}

func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[rel] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
