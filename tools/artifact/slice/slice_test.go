package slice

import (
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the file want of each case")

// TestSlices slices the package stack of each archive in testdata for its main
// package, and compares the names of what is kept with the file want, or the
// error with the file error.
func TestSlices(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			root, wanted := unpack(t, archive)
			s, err := sliceIn(t, root)
			got := kept(s)
			if err != nil {
				got = "error: " + err.Error() + "\n"
			}
			if *update {
				rewrite(t, path, archive, got)
			}
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// rewrite writes what a case wants.
func rewrite(t *testing.T, path string, archive *txtar.Archive, want string) {
	t.Helper()
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(want)})
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestSlicedProgramsBehave runs each program with the whole package and with the
// slice, and compares what it prints.
func TestSlicedProgramsBehave(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		root, want := unpack(t, archive)
		if strings.HasPrefix(want, "error") {
			continue
		}
		s, err := sliceIn(t, root)
		if err != nil {
			t.Fatal(err)
		}
		overlay := writeOverlay(t, filepath.Join(root, "stack"), s)
		whole, sliced := run(t, root), run(t, root, "-overlay="+overlay)
		if whole != sliced {
			t.Errorf("%s prints %q, and its slice %q", path, whole, sliced)
		}
		if ran++; strings.Contains(path, "behaviour") && !strings.Contains(sliced, "helped") {
			t.Errorf("%s prints %q", path, sliced)
		}
	}
	if ran < 4 {
		t.Errorf("%d programs", ran)
	}
}

func run(t testing.TB, root string, flags ...string) string {
	t.Helper()
	cmd := exec.Command("go", append(append([]string{"run"}, flags...), "./cmd")...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// writeOverlay writes a slice in the place of a folder's Go files.
func writeOverlay(t testing.TB, dir string, s Slice) string {
	t.Helper()
	replace := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	for _, file := range files {
		replace[file] = ""
		if text, ok := s.Files[filepath.Base(file)]; ok {
			replace[file] = filepath.Join(to, filepath.Base(file))
			put(t, replace[file], text)
		}
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(to, "overlay.json"), string(data))
	return filepath.Join(to, "overlay.json")
}

// unpack writes a module and returns its folder, and the case's file want.
func unpack(t testing.TB, archive *txtar.Archive) (root, want string) {
	t.Helper()
	root = t.TempDir()
	put(t, filepath.Join(root, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	for _, f := range archive.Files {
		if f.Name == "want" {
			want = string(f.Data)
			continue
		}
		put(t, filepath.Join(root, f.Name), string(f.Data))
	}
	return root, want
}

func put(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func sliceIn(t testing.TB, root string) (Slice, error) {
	t.Helper()
	loader := NewLoader(Importer{Arch: runtime.GOARCH, Read: os.ReadFile, Open: func(path string) (io.ReadCloser, error) {
		return os.Open(list(t, root, path, "{{.Export}}", "-export"))
	}})
	l := loader.Load([]Package{source(t, root, "example.com/m/stack"), source(t, root, "example.com/m/cmd")})
	return l.Of(Program{Main: "example.com/m/cmd", Package: "example.com/m/stack"})
}

func source(t testing.TB, root, path string) Package {
	t.Helper()
	other := list(t, root, path, "{{.SFiles}}{{.CgoFiles}}")
	return Package{
		Path: path, Dir: list(t, root, path, "{{.Dir}}"), Files: strings.Fields(list(t, root, path, `{{join .GoFiles " "}}`)),
		GoVersion: "1.26", Mixed: other != "[][]",
	}
}

func list(t testing.TB, root, path, format string, flags ...string) string {
	t.Helper()
	cmd := exec.Command("go", append(append([]string{"list", "-f", format}, flags...), path)...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0", "GOWORK=off")
	out, _ := cmd.Output() // a package that does not compile has no export data, and that is a case
	return strings.TrimSpace(string(out))
}

// kept shows the lines that are not blank, without their indentation.
func kept(s Slice) string {
	var b strings.Builder
	names := []string{}
	for name := range s.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		b.WriteString(name + "\n")
		for _, line := range strings.Split(s.Files[name], "\n") {
			if strings.TrimSpace(line) != "" {
				b.WriteString("  " + strings.Join(strings.Fields(line), " ") + "\n")
			}
		}
	}
	return b.String()
}
