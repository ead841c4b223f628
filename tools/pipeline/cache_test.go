package pipeline

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/project"
)

// shop is a module that a model is made from, with something of each kind.
var shop = map[string]string{
	"go.mod":                              "module example.com/shop\n\ngo 1.26\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ./third/lib\n",
	"seastack.hcl":                        "project = \"shop\"\n",
	"README.md":                           "",
	"core/x/x.go":                         "package x\n\nconst X = 1\n",
	"core/y/y.go":                         "package y\n",
	"third/lib/go.mod":                    "module example.com/lib\n\ngo 1.26\n",
	"third/lib/l.go":                      "package lib\n\nconst L = 1\n",
	"core/services/prices/prices.go":      "package prices\n\nimport (\n\t\"example.com/lib\"\n\t\"example.com/shop/core/x\"\n)\n\ntype Service struct{}\n\nfunc New() *Service { return nil }\n\nconst _ = x.X + lib.L\n",
	"core/services/prices/prices_test.go": "package prices\n",
	"stacks/web/web.go": `//seastack:stack
package web

import (
	"context"

	"example.com/shop/core/services/prices"
)

type Prices struct{}

func NewPrices(*prices.Service) *Prices { return nil }

//seastack:http GET /prices
func (*Prices) List(context.Context) error { return nil }
`,
	"stacks/web/lambda/prices-list/main.go": "package main\n",
}

// shopProject writes the shop, with files as old as a checkout's, and has its model cached.
func shopProject(t *testing.T) project.Project {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	root := t.TempDir()
	before := time.Now().Add(-time.Hour)
	for name, content := range shop {
		file := filepath.Join(root, filepath.FromSlash(name))
		put(t, file, content)
		if err := os.Chtimes(file, before, before); err != nil {
			t.Fatal(err)
		}
	}
	p, err := project.Find(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{false, true} {
		if _, cached, err := Model(t.Context(), p); cached != want || err != nil {
			t.Fatalf("cached %t, %v; want %t", cached, err, want)
		}
	}
	return p
}

func put(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fileEdit writes a file; nothing for its content removes it.
type fileEdit struct{ name, file, content string }

// TestModelCacheSeesChanges: whatever a model may depend on has it loaded anew.
func TestModelCacheSeesChanges(t *testing.T) {
	p := shopProject(t)
	more := func(name, text string) string { return shop[name] + text }
	for _, c := range []fileEdit{
		{"a handler's file", "stacks/web/web.go", more("stacks/web/web.go", "\n// Another end.\n")},
		{"a file of the same length", "core/x/x.go", "package x\n\nconst X = 2\n"},
		{"a package that a service imports", "core/x/x.go", "package x\n\nconst X = 'x'\n"},
		{"a module that a folder replaces", "third/lib/l.go", "package lib\n\nconst L = 2\n"},
		{"a file more in a package", "core/services/prices/more.go", "package prices\n"},
		{"a file less in a package", "core/services/prices/more.go", ""},
		{"a new package", "core/services/reports/reports.go", "package reports\n"},
		{"a new package called lambda", "core/services/lambda/l.go", "package lambda\n"},
		{"a new stack", "stacks/jobs/jobs.go", "package jobs\n"},
		{"a package that becomes a module", "core/services/reports/go.mod", "module example.com/reports\n"},
		{"a package that goes", "stacks/jobs/jobs.go", ""},
		{"go.mod", "go.mod", more("go.mod", "\n// A remark.\n")},
		{"go.sum", "go.sum", "\n"},
		{"seastack.hcl", "seastack.hcl", "project = \"store\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.make(t, p)
			if _, _, cached := (modelCache{p}).load(); cached {
				t.Fatal("not seen")
			}
			refresh(t, p)
		})
	}
}

// TestModelCacheIgnoresTheRest: what no model depends on leaves it cached.
func TestModelCacheIgnoresTheRest(t *testing.T) {
	p := shopProject(t)
	for _, c := range []fileEdit{
		{"the same bytes, written now", "stacks/web/web.go", shop["stacks/web/web.go"]},
		{"a test", "core/services/prices/prices_test.go", "package prices\n\nconst T = 1\n"},
		{"a new test", "stacks/web/web_test.go", "package web\n"},
		{"a package that nothing imports", "core/y/y.go", "package y\n\nconst Y = 1\n"},
		{"a generated entrypoint", "stacks/web/lambda/prices-list/main.go", ""},
		{"prose", "README.md", "Shop\n"},
		{"prose in a package", "stacks/web/README.md", "Web\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.make(t, p)
			if _, _, cached := (modelCache{p}).load(); !cached {
				t.Error("taken for a change")
			}
		})
	}
}

func (c fileEdit) make(t *testing.T, p project.Project) {
	t.Helper()
	file := p.Path(c.file)
	if c.content != "" {
		put(t, file, c.content)
		return
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(filepath.Dir(file)) // stays where there is more in it
}

// refresh has the model stored under what is there now, whether or not that would load.
func refresh(t *testing.T, p project.Project) {
	t.Helper()
	c := stored(t, p)
	if err := (modelCache{p}).store(c.Model, c.Inputs, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, _, cached := (modelCache{p}).load(); !cached {
		t.Fatal("what was stored is not found")
	}
}

// stored reads the cache's file as it is.
func stored(t *testing.T, p project.Project) (c cachedModel) {
	t.Helper()
	raw, err := os.ReadFile((modelCache{p}).file())
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestModelCacheAndFilesThatChangeMeanwhile: a file that was written since the load
// began may be another than the one that was loaded.
func TestModelCacheAndFilesThatChangeMeanwhile(t *testing.T) {
	p := shopProject(t)
	c := stored(t, p)
	if err := os.Remove((modelCache{p}).file()); err != nil {
		t.Fatal(err)
	}
	began := time.Now().Add(-clockGrain)
	put(t, p.Path("core/x/x.go"), shop["core/x/x.go"])
	if err := (modelCache{p}).store(c.Model, c.Inputs, began); err != nil {
		t.Fatal(err)
	}
	if _, _, cached := (modelCache{p}).load(); cached {
		t.Error("a model that nobody can vouch for is cached")
	}
}

// TestModelCacheThatIsBroken: half a file is no model.
func TestModelCacheThatIsBroken(t *testing.T) {
	p := shopProject(t)
	want, _, _ := (modelCache{p}).load()
	raw, err := os.ReadFile((modelCache{p}).file())
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"", string(raw[:len(raw)/2]), strings.Replace(string(raw), `"key":"`, `"key":"0`, 1), "null"} {
		put(t, (modelCache{p}).file(), content)
		got, cached, err := Model(t.Context(), p)
		if cached || err != nil {
			t.Errorf("cached %t, %v", cached, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
