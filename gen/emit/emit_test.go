package emit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/emit"
	"github.com/seastack/seastack/gen/model"
)

var update = flag.Bool("update", false, "write the wanted files of the cases in testdata")

// TestCases passes each model and config of testdata to Files and compares with
// the tree in want, or with the text in error.txt.
func TestCases(t *testing.T) {
	for _, dir := range cases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			m, c := load(t, dir)
			files, err := emit.Files(m, c)
			got := tree(files)
			if err != nil {
				if !errors.As(err, new(diag.List)) {
					t.Fatalf("not a diag.List: %v", err)
				}
				got = map[string]string{"error.txt": err.Error() + "\n"}
			}
			want := filepath.Join(dir, "want")
			if *update {
				replace(t, want, got)
			}
			if diff := cmp.Diff(read(t, want), got); diff != "" {
				t.Errorf("files differ (-want +got); run with -update and review the diff:\n%s", diff)
			}
		})
	}
}

func TestFilesAreSortedAndTheSameEachTime(t *testing.T) {
	for _, dir := range cases(t) {
		m, c := load(t, dir)
		first, _ := emit.Files(m, c)
		if !slices.IsSortedFunc(first, func(a, b emit.File) int { return strings.Compare(a.Path, b.Path) }) {
			t.Errorf("%s: not sorted", dir)
		}
		for range 2 {
			again, _ := emit.Files(m, c)
			if !slices.EqualFunc(first, again, func(a, b emit.File) bool { return a.Path == b.Path && bytes.Equal(a.Content, b.Content) }) {
				t.Errorf("%s: two runs differ", dir)
			}
		}
	}
}

func cases(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join("testdata", "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatal("no cases", err)
	}
	return dirs
}

func load(t testing.TB, dir string) (m model.Model, c config.Config) {
	t.Helper()
	decode(t, filepath.Join(dir, "model.json"), &m)
	decode(t, filepath.Join(dir, "config.json"), &c)
	return m, c
}

func decode(t testing.TB, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func tree(files []emit.File) map[string]string {
	t := map[string]string{}
	for _, f := range files {
		t[f.Path] = string(f.Content)
	}
	return t
}

func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func replace(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for path, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
