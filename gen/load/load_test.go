package load

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
)

var folders = config.Folders{Services: "core/services", Stacks: "stacks"}

func TestEnvironmentKeepsNothingThatCanChangeTheResult(t *testing.T) {
	inherited := []string{
		"HOME=/home/me", "GOFLAGS=-mod=mod -tags=x", "GOOS=plan9", "GOARCH=mips", "CGO_ENABLED=1",
		"GOWORK=/w/go.work", "GOPROXY=off", "GOEXPERIMENT=x", "GOPACKAGESDRIVER=/bin/driver",
	}
	want := []string{
		"HOME=/home/me", "GOPROXY=off",
		"CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=", "GOFIPS140=off",
		"GOFLAGS=-buildvcs=false", "GOOS=linux", "GOPACKAGESDRIVER=off", "GOWORK=off", "GOARCH=arm64",
	}
	if diff := cmp.Diff(want, environment(inherited, "arm64")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := environment(nil, "riscv64"); !slices.Contains(got, "GOARCH=amd64") {
		t.Errorf("an architecture that Lambda lacks: %v", got)
	}
}

func TestFindFolders(t *testing.T) {
	root := module(t,
		"core/services/a/a.go", "core/services/a/a_test.go", "core/services/onlytests/x_test.go",
		"core/services/testdata/x.go", "core/services/_old/x.go", "core/services/.git/x.go",
		"core/services/other/go.mod", "core/services/other/x.go", "core/elsewhere/x.go",
		"stacks/web/web.go", "stacks/web/lambda/web-get/main.go", "stacks/web/inner/lambda/x.go",
	)
	got, err := findFolders(root, folders)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"core/services/a", "stacks/web", "stacks/web/inner/lambda"}
	if diff := cmp.Diff(want, got.packages); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	all := []string{"core/services", "core/services/a", "core/services/onlytests", "stacks", "stacks/web", "stacks/web/inner", "stacks/web/inner/lambda"}
	if diff := cmp.Diff(all, got.folders); diff != "" {
		t.Errorf("folders (-want +got):\n%s", diff)
	}
}

func TestInputsAreAllThatCanBeEdited(t *testing.T) {
	root := module(t)
	beside := t.TempDir()
	write(t, filepath.Join(beside, "go.mod"), "module example.com/beside\n\ngo 1.26\n")
	write(t, filepath.Join(beside, "lib", "lib.go"), "package lib\n")
	write(t, filepath.Join(root, "go.mod"), "module example.com/m\n\ngo 1.26\n\nrequire example.com/beside v0.0.0\n\nreplace example.com/beside => "+beside+"\n")
	write(t, filepath.Join(root, "clock", "clock.go"), "package clock\n\nimport _ \"example.com/beside/lib\"\n")
	write(t, filepath.Join(root, "unused", "unused.go"), "package unused\n")
	write(t, filepath.Join(root, "stacks", "web", "web.go"), "package web\n\nimport (\n\t_ \"strings\"\n\n\t_ \"example.com/m/clock\"\n)\n")
	m, list, err := Load(t.Context(), root, folders)
	if err != nil || len(list) > 0 {
		t.Fatal(err, list)
	}
	rel, err := filepath.Rel(m.Root, resolved(t, filepath.Join(beside, "lib")))
	if err != nil {
		t.Fatal(err)
	}
	want := Inputs{
		Dirs:  []string{filepath.ToSlash(rel), "clock", "stacks", "stacks/web"},
		Files: []string{"go.mod", "go.sum", config.FileName, "vendor/modules.txt"},
	}
	if diff := cmp.Diff(want, m.Inputs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoModule(t *testing.T) {
	_, list, err := Load(t.Context(), t.TempDir(), folders)
	if err != nil || len(list) != 1 || list[0].Code != diag.CannotLoad || !strings.Contains(list[0].Message, "go.mod") {
		t.Errorf("got %v, %v", list, err)
	}
}

func TestCancelledLoadIsNoFinding(t *testing.T) {
	root := module(t, "stacks/web/web.go")
	write(t, filepath.Join(root, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, list, err := Load(ctx, root, folders); err == nil || len(list) > 0 {
		t.Errorf("got %v, %v", list, err)
	}
}

// module makes a folder with files of the given names, each a package's only one.
func module(t *testing.T, files ...string) string {
	t.Helper()
	root := resolved(t, t.TempDir())
	for _, f := range files {
		write(t, filepath.Join(root, f), "package x\n")
	}
	return root
}

func resolved(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
