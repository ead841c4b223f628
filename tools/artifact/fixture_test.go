package artifact

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// shop are the functions of testdata/shop.txtar, in their order.
var shop = []Function{
	{Stack: "jobs", Name: "create", Dir: "stacks/jobs/lambda/create"},
	{Stack: "jobs", Name: "sweep", Dir: "stacks/jobs/lambda/sweep"},
	{Stack: "web", Name: "create", Dir: "stacks/web/lambda/create"},
}

// unpack writes an archive of testdata into a folder of its own.
func unpack(t testing.TB, name string) string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for _, file := range archive.Files {
		write(t, filepath.Join(root, file.Name), string(file.Data))
	}
	return root
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// environment is this process's, without flags that would hide what a build does.
func environment(extra ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "GOFLAGS=") || strings.HasPrefix(entry, "GOENV=")
	})
	return append(append(env, "GOENV=off", "GOFLAGS="), extra...)
}

func shopRequest(t testing.TB) Request {
	t.Helper()
	return Request{Root: unpack(t, "shop.txtar"), Functions: shop, Env: environment()}
}

func mustBuild(t testing.TB, r Request) []Result {
	t.Helper()
	results, err := Build(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func built(results []Result) []string {
	var ids []string
	for _, r := range results {
		if r.Built {
			ids = append(ids, r.Stack+"/"+r.Function)
		}
	}
	return ids
}

func digests(results []Result) []string {
	var all []string
	for _, r := range results {
		all = append(all, r.Stack+"/"+r.Function+" "+r.Digest)
	}
	return all
}
