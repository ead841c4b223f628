package lint

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/lint/linttest"
)

var folders = config.Folders{Services: "services", Stacks: "stacks", Terraform: "terraform", Migrations: "migrations"}

// TestRun: findings come with code, position and next step, sorted, and those of
// unused services show that facts go from package to package.
func TestRun(t *testing.T) {
	root := linttest.Module(t, "../..", "unusedhandle/testdata")
	all, err := Run(t.Context(), root, folders, nil)
	if err != nil {
		t.Fatal(err)
	}
	if all.Packages != 3 || len(all.Found) != 9 || all.Found[8].Code != diag.UnusedService {
		t.Errorf("%d packages have %d findings:\n%v", all.Packages, len(all.Found), all.Found)
	}
	for _, d := range all.Found {
		if d.File != "stacks/web/unused.go" || d.Line == 0 || d.Column == 0 || d.Next == "" || strings.Contains(d.Message, "SEA") {
			t.Errorf("%+v", d)
		}
	}
	for pattern, packages := range map[string]int{
		"./services/...": 2, "./stacks/web": 1, "./stacks/web/": 1, "example.com/shop/services/notes": 1, "./...": 3, ".": 0, "./servi/...": 0, "./stacks": 0,
	} {
		some, err := Run(t.Context(), root, folders, []string{pattern})
		if some.Packages != packages || (err != nil) != (packages == 0) {
			t.Errorf("%s: %d packages, %v", pattern, some.Packages, err)
		}
	}
}

func TestCodeThatDoesNotCompile(t *testing.T) {
	root := linttest.Module(t, "../..", "unusedhandle/testdata")
	if err := os.WriteFile(filepath.Join(root, "stacks/web/broken.go"), []byte("package web\n\nfunc Broken() { undefined() }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Run(t.Context(), root, folders, nil)
	if list, ok := err.(diag.List); !ok || list[0].Code != diag.DoesNotCompile {
		t.Errorf("error = %v", err)
	}
}

// TestVettool runs the analyzers as go vet does, with facts in files.
func TestVettool(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "vettool")
	if out, err := exec.Command("go", "build", "-o", tool, "./vettool").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command("go", "vet", "-vettool="+tool, "./...")
	cmd.Dir = linttest.Module(t, "../..", "unusedhandle/testdata")
	cmd.Env = append(os.Environ(), "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	if err == nil || strings.Count(string(out), "["+diag.UnusedHandle+"]") != 8 || strings.Count(string(out), "["+diag.UnusedService+"]") != 1 {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestAnalyzers: the list is sorted, and each analyzer says what it does in its first
// line, which names it.
func TestAnalyzers(t *testing.T) {
	var names []string
	for _, a := range Analyzers() {
		names = append(names, a.Name)
		if first, _, _ := strings.Cut(a.Doc, "\n"); !strings.HasPrefix(first, a.Name+": report ") || strings.Contains(a.Doc, "//go:") {
			t.Errorf("%s is documented by %q", a.Name, a.Doc)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not sorted: %v", names)
	}
}
