package artifact

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/artifact/store"
)

// Each edit is made to a tree whose stamp is known; the functions whose keys
// change have to be these and no others.
func TestEveryChangeReachesTheKeys(t *testing.T) {
	const names, create = "core/names/names.go", "stacks/web/lambda/create"
	namers := []string{"jobs/create", "web/create"}
	all := []string{"jobs/create", "jobs/sweep", "web/create"}
	cases := map[string]struct {
		edit func(t *testing.T, root string)
		want []string
	}{
		"nothing":                       {func(*testing.T, string) {}, nil},
		"package that nobody has":       {edit("core/unused/unused.go", "Unused = 1", "Unused = 2"), nil},
		"package of two functions":      {edit(names, "lib.Greeting + name", "lib.Greeting + name + name"), namers},
		"same size, same times":         {quietly(edit(names, "lib.Greeting + name", "name + lib.Greeting")), namers},
		"package of a replaced module":  {edit("third/lib/lib.go", "hello", "howdy"), namers},
		"language of a replaced module": {edit("third/lib/go.mod", "1.25.0", "1.24.0"), namers},
		"language of the module":        {edit("go.mod", "go 1.26.0", "go 1.25.0"), all},
		"default GODEBUG":               {edit("go.mod", "go 1.26.0\n", "go 1.26.0\n\ngodebug panicnil=1\n"), all},
		"comment in go.mod":             {edit("go.mod", "go 1.26.0\n", "go 1.26.0 // lower bound\n"), nil},
		"go:debug in one main":          {edit(create+"/main.go", "package main", "//go:debug panicnil=1\npackage main"), []string{"web/create"}},
		"embedded file":                 {edit("core/templates/files/a.txt", "first", "other"), []string{"web/create"}},
		"deeper embedded file":          {edit("core/templates/files/deep/b.txt", "second", "another"), []string{"web/create"}},
		"new embedded file":             {add("core/templates/files/c.txt", "third"), []string{"web/create"}},
		"new deeper embedded file":      {add("core/templates/files/deep/er/c.txt", "third"), []string{"web/create"}},
		"removed embedded file":         {remove("core/templates/files/a.txt"), []string{"web/create"}},
		"new file":                      {add("core/names/more.go", "package names\n\nfunc init() {}\n"), namers},
		"new file for this system":      {add("core/names/more_linux.go", "package names\n\nfunc init() {}\n"), namers},
		"new file for another":          {add("core/names/more_windows.go", "package names\n\nfunc init() {}\n"), nil},
		"new test":                      {add("core/names/names_test.go", "package names\n"), nil},
		"lifted constraint":             {edit("core/names/names_plan9.go", "//go:build plan9", "//"), nil},
		"renamed file":                  {rename("core/names/names_plan9.go", "core/names/names_all.go"), nil},
		"constraint and name":           {both(rename("core/names/names_plan9.go", "core/names/every.go"), edit("core/names/every.go", "//go:build plan9", "//")), namers},
		"assembly":                      {both(add("core/names/x.s", "// empty\n"), add("core/names/x.h", "// empty\n")), namers},
		"system object":                 {add("core/names/x_linux.syso", ""), namers},
		"profile":                       {add(create+"/default.pgo", pgo), []string{"web/create"}},
		"folder becomes a module":       {add("third/lib/x/go.mod", "module example.com/lib/x\n"), nil},
		"new import":                    {edit("stacks/jobs/lambda/sweep/main.go", "package main", "package main\n\nimport _ \"example.com/shop/core/unused\""), []string{"jobs/sweep"}},
		"README":                        {add("core/names/README.md", "names"), nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := shopRequest(t)
			before := remember(t, r)
			c.edit(t, r.Root)
			after := inspect(t, r)
			if diff := cmp.Diff(c.want, changed(before, after)); diff != "" {
				t.Errorf("functions with another key (-want +got):\n%s", diff)
			}
		})
	}
}

// pgo is the smallest profile that the go command takes.
const pgo = "GO PREPROFILE V1\n"

func inspect(t *testing.T, r Request) inputs.Closure {
	t.Helper()
	closure, err := Inspect(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return closure
}

// remember stores the stamp as a build would, without building.
func remember(t *testing.T, r Request) inputs.Closure {
	t.Helper()
	v := surveyOf(t, r)
	r, err := r.normal()
	if err != nil {
		t.Fatal(err)
	}
	s := store.Store{Dir: r.Store}
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	if err := v.Save(r.survey(), s); err != nil {
		t.Fatal(err)
	}
	if !surveyOf(t, r).Known {
		t.Fatal("the stamp does not hold")
	}
	return v.Closure
}

func changed(before, after inputs.Closure) []string {
	var ids []string
	for _, f := range shop {
		if before.Functions[f.ID()].Key != after.Functions[f.ID()].Key {
			ids = append(ids, f.ID())
		}
	}
	return ids
}

type change = func(t *testing.T, root string)

func edit(path, old, new string) change {
	return func(t *testing.T, root string) {
		path := filepath.Join(root, path)
		data, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(data), old) {
			t.Fatalf("%q is not in %s: %v", old, path, err)
		}
		write(t, path, strings.Replace(string(data), old, new, 1))
	}
}

func add(path, text string) change {
	return func(t *testing.T, root string) { write(t, filepath.Join(root, path), text) }
}

func remove(path string) change {
	return func(t *testing.T, root string) {
		if err := os.Remove(filepath.Join(root, path)); err != nil {
			t.Fatal(err)
		}
	}
}

func rename(from, to string) change {
	return func(t *testing.T, root string) {
		if err := os.Rename(filepath.Join(root, from), filepath.Join(root, to)); err != nil {
			t.Fatal(err)
		}
	}
}

func both(first, second change) change {
	return func(t *testing.T, root string) { first(t, root); second(t, root) }
}

// quietly puts the times of every file back after a change.
func quietly(c change) change {
	return func(t *testing.T, root string) {
		times := map[string]time.Time{}
		walk := func(visit func(path string, info os.FileInfo) error) {
			err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
				if err != nil {
					return err
				}
				return visit(path, info)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		walk(func(path string, info os.FileInfo) error { times[path] = info.ModTime(); return nil })
		c(t, root)
		walk(func(path string, _ os.FileInfo) error { return os.Chtimes(path, times[path], times[path]) })
	}
}

func TestKeysDoNotDependOnThePlace(t *testing.T) {
	if got := changed(inspect(t, shopRequest(t)), inspect(t, shopRequest(t))); got != nil {
		t.Errorf("other keys elsewhere: %v", got)
	}
}

func TestClosureExplains(t *testing.T) {
	closure := inspect(t, shopRequest(t))
	files := closure.Files("jobs/create")
	for _, path := range []string{"core/names/names.go", "third/lib/lib.go", "stacks/jobs/lambda/create/main.go"} {
		if len(files[path]) != 64 {
			t.Errorf("%s has digest %q", path, files[path])
		}
		delete(files, path)
	}
	if len(files) != 0 {
		t.Errorf("files too many: %v", files)
	}
	want := map[string]inputs.Module{"example.com/lib": {Version: "v1.0.0", Replace: "./third/lib"}}
	if diff := cmp.Diff(want, closure.ModulesOf("jobs/create")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"jobs/create", "web/create"}, closure.Reaching("example.com/shop/core/names")); diff != "" {
		t.Error(diff)
	}
	if got := closure.Packages["example.com/shop/core/names"].Imports; !cmp.Equal(got, []string{"example.com/lib"}) {
		t.Errorf("imports %v", got)
	}
}
