package change

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mutated is a module that is changed at random.
type mutated struct {
	t    testing.TB
	root string
	rand *rand.Rand
	n    int // of changes so far; makes names unique
}

func (m *mutated) path(name string) string { return filepath.Join(m.root, filepath.FromSlash(name)) }

func (m *mutated) read(name string) (string, bool) {
	text, err := os.ReadFile(m.path(name))
	return string(text), err == nil
}

func (m *mutated) write(name, text string) {
	m.t.Helper()
	if err := os.MkdirAll(filepath.Dir(m.path(name)), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(m.path(name), []byte(text), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

func (m *mutated) remove(name string) {
	m.t.Helper()
	if err := os.Remove(m.path(name)); err != nil {
		m.t.Fatal(err)
	}
}

// replace replaces a text in a file, and reports whether the file has it.
func (m *mutated) replace(name, old, with string) bool {
	text, ok := m.read(name)
	if !ok || !strings.Contains(text, old) {
		return false
	}
	m.write(name, strings.Replace(text, old, with, 1))
	return true
}

// pick returns one of the texts.
func (m *mutated) pick(all ...string) string { return all[m.rand.IntN(len(all))] }

// goFiles are files that a line can be added to.
var goFiles = []string{
	"core/services/prices/prices.go", "core/services/prices/tax.go", "core/services/texts/texts.go", "core/services/sums/sums.go",
	"stacks/web/web.go", "stacks/jobs/jobs.go", "third/lib/lib.go", "third/lib2/lib.go",
	"stacks/web/lambda/show/main.go", "stacks/jobs/lambda/sum/main.go",
}

// mutation is one kind of change. It reports false where it is not possible now.
type mutation struct {
	name string
	do   func(m *mutated) bool
}

func (m *mutated) number() int { m.n++; return m.n + 1000 }

var mutations = []mutation{
	{"edit code", func(m *mutated) bool {
		return m.replace("core/services/prices/tax.go", "return ", fmt.Sprintf("return %d + ", m.number()))
	}},
	{"edit a constant", func(m *mutated) bool {
		return m.replace("core/services/prices/prices.go", "Base = ", fmt.Sprintf("Base = %d + ", m.number()))
	}},
	{"edit a handler", func(m *mutated) bool {
		return m.replace("stacks/web/web.go", "println(", fmt.Sprintf("println(%d, ", m.number()))
	}},
	{"edit a main", func(m *mutated) bool {
		return m.replace("stacks/jobs/lambda/sum/main.go", "jobs.Sum()", fmt.Sprintf("println(%d); jobs.Sum()", m.number()))
	}},
	{"edit a replaced module", func(m *mutated) bool {
		return m.replace(m.pick("third/lib/lib.go", "third/lib2/lib.go"), "return ", fmt.Sprintf("return %d + ", m.number()))
	}},
	{"add a comment above", func(m *mutated) bool {
		name := m.pick(goFiles...)
		text, ok := m.read(name)
		if ok {
			m.write(name, fmt.Sprintf("// Comment %d.\n\n%s", m.number(), text))
		}
		return ok
	}},
	{"add a comment below", func(m *mutated) bool {
		name := m.pick(goFiles...)
		text, ok := m.read(name)
		if ok {
			m.write(name, fmt.Sprintf("%s\n// Comment %d.\n", text, m.number()))
		}
		return ok
	}},
	{"add an annotation", func(m *mutated) bool {
		return m.replace("stacks/web/web.go", "func Show", fmt.Sprintf("//\n//seastack:http GET /%d\nfunc Show", m.number()))
	}},
	{"add a file", func(m *mutated) bool {
		dir := m.pick("core/services/prices", "core/services/texts", "stacks/web", "stacks/jobs")
		m.write(fmt.Sprintf("%s/added%d.go", dir, m.number()),
			fmt.Sprintf("package %s\n\nvar added%d = %d\n\nfunc init() { added%d++ }\n", filepath.Base(dir), m.n, m.n, m.n))
		return true
	}},
	{"delete an added file", func(m *mutated) bool {
		added, _ := filepath.Glob(m.path("*/*/added*.go"))
		more, _ := filepath.Glob(m.path("*/*/*/added*.go"))
		if added = append(added, more...); len(added) == 0 {
			return false
		}
		return os.Remove(added[m.rand.IntN(len(added))]) == nil
	}},
	{"rename a file", func(m *mutated) bool {
		to := fmt.Sprintf("core/services/prices/show%d.go", m.number())
		found, _ := filepath.Glob(m.path("core/services/prices/show*.go"))
		return len(found) == 1 && os.Rename(found[0], m.path(to)) == nil
	}},
	{"add a package", func(m *mutated) bool {
		name := fmt.Sprintf("extra%d", m.number())
		m.write("core/services/"+name+"/"+name+".go", fmt.Sprintf("package %s\n\nfunc Value() int { return %d }\n", name, m.n))
		if !m.replace("stacks/jobs/jobs.go", "import \"example.com/shop/core/services/sums\"\n",
			"import \"example.com/shop/core/services/sums\"\nimport \"example.com/shop/core/services/"+name+"\"\n") {
			return false
		}
		return m.replace("stacks/jobs/jobs.go", "println(", "println("+name+".Value(), ")
	}},
	{"edit an embedded file", func(m *mutated) bool {
		name := m.pick("core/services/texts/hello.txt", "core/services/texts/files/one.md")
		m.write(name, fmt.Sprintf("text %d\n", m.number()))
		return true
	}},
	{"add an embedded file", func(m *mutated) bool {
		m.write(m.pick("core/services/texts/", "core/services/texts/files/")+fmt.Sprintf("new%d.txt", m.number()), "new\n")
		return true
	}},
	{"remove an embedded file", func(m *mutated) bool {
		found, _ := filepath.Glob(m.path("core/services/texts/new*.txt"))
		return len(found) > 0 && os.Remove(found[0]) == nil
	}},
	{"change an embed pattern", func(m *mutated) bool {
		return m.replace("core/services/texts/texts.go", "//go:embed all:files *.txt", "//go:embed files hello.txt") ||
			m.replace("core/services/texts/texts.go", "//go:embed files hello.txt", "//go:embed all:files *.txt")
	}},
	{"add a file that no pattern matches", func(m *mutated) bool {
		m.write(fmt.Sprintf("core/services/texts/note%d.rst", m.number()), "note\n")
		return true
	}},
	{"edit a header", func(m *mutated) bool {
		m.write("core/services/sums/extra.h", fmt.Sprintf("#define EXTRA %d\n", m.number()%4000))
		return true
	}},
	{"change a build constraint", func(m *mutated) bool {
		for _, file := range []string{"core/services/prices/tax_linux.go", "core/services/prices/tax_amd64.go"} {
			if text, ok := m.read(file); ok {
				m.remove(file)
				m.write("core/services/prices/tax_"+m.pick("linux", "unix")+".go", text)
				return true
			}
		}
		return false
	}},
	{"add a file for another system", func(m *mutated) bool {
		m.write(fmt.Sprintf("core/services/prices/w%d_windows.go", m.number()), fmt.Sprintf("package prices\n\nvar w%d = 1\n", m.n))
		return true
	}},
	{"bump a module", func(m *mutated) bool {
		return m.replace("go.mod", "uuid v1.5.0", "uuid v1.6.0") || m.replace("go.mod", "uuid v1.6.0", "uuid v1.5.0")
	}},
	{"change a replace", func(m *mutated) bool {
		return m.replace("go.mod", "./third/lib\n", "./third/lib2\n") || m.replace("go.mod", "./third/lib2\n", "./third/lib\n")
	}},
	{"edit a test", func(m *mutated) bool {
		return m.replace(m.pick("core/services/prices/prices_test.go", "stacks/web/web_test.go", "core/services/sums/sums_test.go"),
			"t.Log(", fmt.Sprintf("t.Log(%d, ", m.number()))
	}},
	{"add a test", func(m *mutated) bool {
		m.write(fmt.Sprintf("stacks/jobs/t%d_test.go", m.number()),
			fmt.Sprintf("package jobs\n\nimport \"testing\"\n\nfunc Test%d(t *testing.T) { t.Log(%d) }\n", m.n, m.n))
		return true
	}},
	{"edit testdata", func(m *mutated) bool {
		m.write(m.pick("core/services/texts/testdata/a.txt", "core/services/texts/testdata/b.txt"), fmt.Sprintf("data %d\n", m.number()))
		return true
	}},
	{"add a migration", func(m *mutated) bool {
		m.write(fmt.Sprintf("core/db/migrations/%d_next.sql", m.number()), "-- +goose Up\nSELECT 1;\n")
		return true
	}},
	{"edit Terraform", func(m *mutated) bool {
		name := m.pick("terraform/stacks/web/show.gen.tf", "terraform/stacks/web/extra.tf", "terraform/stacks/jobs/sum.gen.tf",
			"terraform/modules/function/main.gen.tf", "terraform/envs/local/web/main.gen.tf", "terraform/platform/main.gen.tf")
		m.write(name, fmt.Sprintf("locals {\n  value = %d\n}\n", m.number()))
		return true
	}},
	{"edit seastack.hcl", func(m *mutated) bool {
		m.write("seastack.hcl", fmt.Sprintf("project = \"shop\" # %d\n", m.number()))
		return true
	}},
	{"edit a page", func(m *mutated) bool {
		m.write("docs/page.md", fmt.Sprintf("# Page %d\n", m.number()))
		return true
	}},
	{"add a function", func(m *mutated) bool {
		if m.rand.IntN(5) > 0 { // few, as each is linked from then on
			return false
		}
		m.write(fmt.Sprintf("stacks/jobs/lambda/f%d/main.go", m.number()),
			fmt.Sprintf("package main\n\nimport \"example.com/shop/stacks/jobs\"\n\nfunc main() { println(%d); jobs.Sum() }\n", m.n))
		return true
	}},
}
