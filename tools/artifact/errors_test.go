package artifact

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact/gocmd"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares an error's text with a file. The module's root, the version
// of Go and the machine are written as names.
func golden(t *testing.T, name string, err error, root string) {
	t.Helper()
	var one diag.Diagnostic
	var list diag.List
	if !errors.As(err, &one) && !errors.As(err, &list) {
		t.Fatalf("not for a user: %v", err)
	}
	text := strings.NewReplacer(
		real(root), "ROOT", runtime.Version(), "GOVERSION", runtime.GOOS+"/"+runtime.GOARCH, "TARGET",
		//lint:ignore SA1019 the messages come from the toolchain that runs this test
		strings.TrimPrefix(runtime.Version(), "go"), "VERSION", runtime.GOROOT(), "GOROOT",
	).Replace(err.Error()) + "\n"
	path := filepath.Join("testdata", "errors", name+".txt")
	if *update {
		write(t, path, text)
	}
	want, readErr := os.ReadFile(path)
	if readErr != nil {
		t.Fatal(readErr)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func real(root string) string {
	if path, err := filepath.EvalSymlinks(root); err == nil && root != "" {
		return path
	}
	return "\x00"
}

func TestErrorsOfTheCode(t *testing.T) {
	cases := map[string]map[string]string{
		"compile": {
			"core/names/names.go":              "package names\n\nfunc Greet(name string) string { return 1 }\n\nvar x int = \"\"\n",
			"stacks/jobs/lambda/sweep/main.go": "package main\n\nfunc main() { sweep(\n\t1, 2)\n}\n\nfunc sweep() {}\n",
		},
		"link":            {"stacks/jobs/lambda/sweep/main.go": "package main\n\nfunc main() { sweep() }\n\nfunc sweep()\n", "stacks/jobs/lambda/sweep/x.s": ""},
		"syntax":          {"core/names/names.go": "package names\n\nfunc Greet(\n"},
		"module-missing":  {"core/names/names.go": "package names\n\nimport \"example.org/absent/module\"\n\nfunc Greet(string) string { return module.X }\n"},
		"package-missing": {"core/names/names.go": "package names\n\nimport \"example.com/shop/core/absent\"\n\nfunc Greet(string) string { return absent.X }\n"},
		"cycle":           {"third/lib/lib.go": "package lib\n\nimport _ \"example.com/lib/x\"\n\nconst Greeting = \"\"\n", "third/lib/x/x.go": "package x\n\nimport _ \"example.com/lib\"\n"},
		"embed":           {"core/templates/templates.go": "package templates\n\nimport \"embed\"\n\n//go:embed absent/*\nvar Files embed.FS\n"},
		"not-main":        {"stacks/jobs/lambda/sweep/main.go": "package sweep\n"},
		"go-too-old":      {"go.mod": "module example.com/shop\n\ngo 1.999.0\n"},
		"go-mod-broken":   {"go.mod": "module example.com/shop\n\nrequire nonsense\n"},
		"network":         {"go.mod": "module example.com/shop\n\ngo 1.26.0\n\nrequire example.org/absent v1.0.0\n", "core/names/names.go": "package names\n\nimport \"example.org/absent\"\n\nfunc Greet(string) string { return absent.X }\n", "go.sum": "example.org/absent v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nexample.org/absent v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"},
		"not-vendored":    {"vendor/modules.txt": "# example.org/other v1.0.0\n## explicit\n"},
	}
	for name, files := range cases {
		t.Run(name, func(t *testing.T) {
			r := shopRequest(t)
			r.Env = environment("GOTOOLCHAIN=local", "GOPROXY=http://127.0.0.1:1", "NO_PROXY=127.0.0.1", "GOSUMDB=off", "GOMODCACHE="+t.TempDir())
			for path, text := range files {
				write(t, filepath.Join(r.Root, path), text)
			}
			results, err := Build(context.Background(), r)
			if results != nil {
				t.Errorf("results in spite of it: %v", results)
			}
			golden(t, name, err, r.Root)
		})
	}
}

// TestGoFindsTheDiskFull: the words are those of go build on a full disk.
func TestGoFindsTheDiskFull(t *testing.T) {
	const output = `# example.com/shop/core/names
core/names/names.go:3:41: undefined: x
go build example.com/shop/stacks/web/lambda/create: copying /tmp/a.out to /shop/.seastack/artifacts/tmp/0/create: write /shop/.seastack/artifacts/tmp/0/create: no space left on device
go build example.com/shop/stacks/web/lambda/list: copying /tmp/a.out to /shop/.seastack/artifacts/tmp/0/list: write /shop/.seastack/artifacts/tmp/0/list: no space left on device
`
	golden(t, "disk-full-go", gocmd.ExplainFailure(&gocmd.CommandError{Output: output, Err: errors.New("exit status 1")}, nil), "")
}

func TestEntrypointsThatAreMissing(t *testing.T) {
	r := shopRequest(t)
	if err := os.RemoveAll(filepath.Join(r.Root, "stacks/web/lambda")); err != nil {
		t.Fatal(err)
	}
	_, err := Build(context.Background(), r)
	golden(t, "entrypoint-missing", err, r.Root)
	write(t, filepath.Join(r.Root, "stacks/web/lambda/create/README"), "empty")
	_, err = Build(context.Background(), r)
	golden(t, "entrypoint-empty", err, r.Root)
	write(t, filepath.Join(r.Root, "stacks/web/lambda/create/main_plan9.go"), "package main\n")
	_, err = Build(context.Background(), r)
	golden(t, "entrypoint-excluded", err, r.Root)
}

func TestGoIsMissing(t *testing.T) {
	r := shopRequest(t)
	r.Env = []string{"PATH=" + t.TempDir()}
	_, err := Build(context.Background(), r)
	golden(t, "go-missing", err, r.Root)
}

func TestToolchainIsMissing(t *testing.T) {
	r := shopRequest(t)
	r.Env = environment("GOTOOLCHAIN=go1.999.0", "GOPROXY=off")
	_, err := Build(context.Background(), r)
	golden(t, "toolchain-missing", err, r.Root)
}
