package change

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const here = "example.com/shop/"

// TestInputs: each kind of input, and what it touches.
func TestInputs(t *testing.T) {
	const all = "jobs/sum web/read web/show"
	type edit = func(m *mutated)
	write := func(name, text string) edit { return func(m *mutated) { m.write(name, text) } }
	remove := func(name string) edit { return func(m *mutated) { m.remove(name) } }
	replace := func(name, old, with string) edit {
		return func(m *mutated) {
			if !m.replace(name, old, with) {
				m.t.Fatalf("%s does not have %q", name, old)
			}
		}
	}
	cache := t.TempDir()
	for name, c := range map[string]struct {
		do        edit
		functions string // with code that differs
		tests     string // packages, from the module
		more      string // other findings, one a line
	}{
		"nothing": {do: func(*mutated) {}},
		"a Go file": {
			replace("core/services/prices/tax.go", "19", "20"), "web/show", "core/services/prices core/services/texts stacks/web", ""},
		"a comment": {
			replace("core/services/sums/sums.go", "// Add adds.", "// Add adds two numbers."), "jobs/sum", "core/services/sums core/services/texts stacks/jobs", ""},
		"a file for another system": {
			write("core/services/prices/x_windows.go", "package prices\n"), "", "core/services/prices core/services/texts stacks/web", ""},
		"a build constraint": {
			replace("core/services/prices/region_other.go", "//go:build !linux", "//go:build windows"), "", "core/services/prices core/services/texts stacks/web", ""},
		"a deleted file": {
			remove("core/services/prices/show.go"), "web/show", "core/services/prices core/services/texts stacks/web", ""},
		"a renamed file": {func(m *mutated) {
			text, _ := m.read("core/services/prices/show.go")
			m.remove("core/services/prices/show.go")
			m.write("core/services/prices/display.go", text)
		}, "web/show", "core/services/prices core/services/texts stacks/web", ""},
		"a renamed package": {func(m *mutated) {
			for _, file := range []string{"sums.go", "add_amd64.s", "add_arm64.s", "extra.h"} {
				text, _ := m.read("core/services/sums/" + file)
				m.remove("core/services/sums/" + file)
				m.write("core/services/adding/"+file, text)
			}
			m.remove("core/services/sums/sums_test.go")
			m.replace("stacks/jobs/jobs.go", "core/services/sums", "core/services/adding")
		}, "jobs/sum", "core/services/texts stacks/jobs", ""},
		"an embedded file": {
			write("core/services/texts/hello.txt", "hi\n"), "web/read", "core/services/texts stacks/web", ""},
		"a file that a pattern starts to match": {
			write("core/services/texts/files/.hidden", "x"), "web/read", "core/services/texts stacks/web", ""},
		"files that a pattern stops to match": {
			replace("core/services/texts/texts.go", "all:files *.txt", "all:files"), "web/read", "core/services/texts stacks/web", ""},
		"a file beside the embedded ones": {
			write("core/services/texts/other.md", "x"), "", "core/services/texts", ""},
		"a header": {
			write("core/services/sums/extra.h", "#define EXTRA 2\n"), "jobs/sum", "core/services/sums core/services/texts stacks/jobs", ""},
		"a module's version": {
			replace("go.mod", "uuid v1.5.0", "uuid v1.6.0"), "web/show", "stacks/web", ""},
		"a module that nothing links": {
			replace("go.mod", "require (", "require (\n\tgolang.org/x/mod v0.1.0"), "", "", ""},
		"a replaced module": {
			replace("third/lib/lib.go", "7", "8"), "web/show", "core/services/prices stacks/web", ""},
		"another folder for a module": {
			replace("go.mod", "./third/lib\n", "./third/lib2\n"), "web/show", "core/services/prices stacks/web", ""},
		"the version of Go": {
			replace("go.mod", "go 1.26\n", "go 1.26.1\n"), all, "core/services/prices core/services/sums core/services/texts stacks/jobs stacks/web", ""},
		"an annotation": {
			replace("stacks/jobs/jobs.go", "// Sum sums.", "// Sum sums.\n//seastack:schedule rate(1 hour)"), "jobs/sum", "stacks/jobs", ""},
		"a test": {
			write("stacks/web/web_test.go", "package web\n"), "", "stacks/web", ""},
		"testdata": {
			write("core/services/texts/testdata/b/c.txt", "x"), "", "core/services/texts", ""},
		"a file that a test reads": {
			write("seastack.hcl", "project = \"store\"\n"), "", "stacks/jobs", ""},
		"a migration": {
			write("core/db/migrations/0002_next.sql", "-- +goose Up\n"), "", "core/services/texts", "migration core/db/migrations/0002_next.sql added"},
		"a changed migration": {
			write("core/db/migrations/0001_first.sql", "-- +goose Up\n"), "", "core/services/texts", "migration core/db/migrations/0001_first.sql changed"},
		"a function's Terraform": {
			write("terraform/stacks/web/show.gen.tf", "locals {}\n"), "", "", "configuration web/show\nstack web"},
		"a stack's own Terraform": {
			write("terraform/stacks/web/more.tf", "locals {}\n"), "", "", "stack web"},
		"an environment": {
			write("terraform/envs/local/web/main.gen.tf", "locals {}\n"), "", "", "stack web"},
		"a module of Terraform": {
			write("terraform/modules/function/main.gen.tf", "locals {}\n"), "", "", "stack jobs\nstack web"},
		"the platform": {
			write("terraform/platform/queue.tf", "locals {}\n"), "", "", "stack platform"},
		"a new function": {
			write("stacks/jobs/lambda/next/main.go", "package main\n\nfunc main() {}\n"), "", "", "added jobs/next\nstack jobs"},
		"a function that is gone": {
			remove("stacks/jobs/lambda/sum/main.go"), "", "", "removed jobs/sum\nstack jobs"},
		"a page": {
			write("docs/page.md", "# Page\n"), "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &mutated{t: t, root: shop(t)}
			c.do(m)
			r := shopRequest(t, m.root)
			r.Cache = cache
			s, err := Since(t.Context(), r, "HEAD")
			if err != nil {
				t.Fatal(err)
			}
			a := s.Affected()
			if got := strings.Join(code(a), " "); got != c.functions {
				t.Errorf("functions %q, want %q", got, c.functions)
			}
			if got := strings.Join(testsOf(a), " "); got != c.tests {
				t.Errorf("tests %q, want %q", got, c.tests)
			}
			if got := strings.Join(others(a, len(c.functions) > 0), "\n"); got != c.more {
				t.Errorf("more:\n%s\nwant:\n%s", got, c.more)
			}
		})
	}
}

func code(a Affected) (all []string) {
	for _, f := range a.Functions {
		if f.Kind == Code {
			all = append(all, f.ID())
		}
	}
	return all
}

func testsOf(a Affected) (all []string) {
	for _, p := range a.Tests {
		all = append(all, strings.TrimPrefix(p.Package, here))
	}
	return all
}

// others returns all else that is affected; stacks only where no code says so
// already.
func others(a Affected, withoutStacks bool) (all []string) {
	for _, f := range a.Functions {
		if f.Kind != Code {
			all = append(all, string(f.Kind)+" "+f.ID())
		}
	}
	for _, s := range a.Stacks {
		if !withoutStacks {
			all = append(all, "stack "+s.Stack)
		}
	}
	for _, m := range a.Migrations {
		all = append(all, "migration "+m.File+" "+m.Change)
	}
	return all
}

func TestAffectedSaysWhy(t *testing.T) {
	m := &mutated{t: t, root: shop(t)}
	m.replace("core/services/prices/tax.go", "19", "20")
	m.replace("core/services/sums/extra.h", "1", "2")
	m.replace("go.mod", "uuid v1.5.0", "uuid v1.6.0")
	m.write("terraform/stacks/web/extra.tf", "locals {}\n")
	a := since(t, m.root).Affected()
	var got []string
	for _, f := range a.Functions {
		got = append(got, f.ID()+": "+f.Why)
	}
	for _, f := range a.Tests {
		got = append(got, strings.TrimPrefix(f.Package, here)+": "+f.Why)
	}
	want := []string{
		"jobs/sum: core/services/sums/extra.h changed",
		"web/show: module github.com/google/uuid v1.5.0 -> v1.6.0, 1 of its packages linked, and 1 more",
		"core/services/prices: core/services/prices/tax.go changed",
		"core/services/sums: core/services/sums/extra.h changed",
		"core/services/texts: core/services changed, which its tests read",
		"stacks/jobs: " + here + "core/services/sums changed",
		"stacks/web: " + here + "core/services/prices changed",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestStacksSayTheSameEachTime: of several functions, the first gives the reason.
func TestStacksSayTheSameEachTime(t *testing.T) {
	m := &mutated{t: t, root: shop(t)}
	m.replace("core/services/prices/tax.go", "19", "20")
	m.write("core/services/texts/hello.txt", "hi\n")
	s := since(t, m.root)
	for range 20 {
		if got := s.Affected().Stacks; len(got) != 1 || got[0].Why != "read: core/services/texts/hello.txt changed" {
			t.Fatalf("got %+v", got)
		}
	}
}

func since(t *testing.T, root string) Sides {
	t.Helper()
	s, err := Since(t.Context(), shopRequest(t, root), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestModuleBelowTheRepository: a module in a folder of its repository.
func TestModuleBelowTheRepository(t *testing.T) {
	top := t.TempDir()
	root := filepath.Join(top, "backend")
	shopIn(t, root)
	git(t, top, "init", "-q")
	git(t, top, "add", "-A")
	git(t, top, "commit", "-qm", "First")
	m := &mutated{t: t, root: root}
	m.replace("core/services/sums/extra.h", "1", "2")
	m.write("../README.md", "x")
	if got := strings.Join(ids(since(t, root).Affected()), " "); got != "jobs/sum" {
		t.Errorf("got %s", got)
	}
}
