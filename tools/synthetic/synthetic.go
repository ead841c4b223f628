// Package synthetic writes monorepos of any size that Seastack generates and
// builds: services in layers that use the database and queues, and stacks whose
// handlers use some of the services. Benchmarks and tests of scale run on them.
// The same options give the same files.
package synthetic

import (
	"fmt"
	"go/format"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// Options say what to write.
type Options struct {
	Stacks    int    // how many stacks; they have the functions in equal shares
	Functions int    // how many functions in all
	Services  int    // how many services
	Seed      uint64 // of the choices
	Repo      string // folder of the module github.com/seastack/seastack that it uses
}

// Seastack is the module that synthetic ones require.
const Seastack = "github.com/seastack/seastack"

// Module is the path of a synthetic module.
const Module = "example.com/synthetic"

// layers is how deep services import one another.
const layers = 4

// Write writes a module into a folder, which it makes. What is there is
// overwritten.
func Write(dir string, o Options) error {
	if o.Stacks < 1 || o.Functions < o.Stacks || o.Services < 1 {
		return fmt.Errorf("%d functions in %d stacks over %d services: there must be a stack, a service, and a function for each stack",
			o.Functions, o.Stacks, o.Services)
	}
	w := writer{dir: dir, Options: o, rand: rand.New(rand.NewPCG(o.Seed, 0))}
	if err := w.module(); err != nil {
		return err
	}
	for i := range o.Services {
		w.service(i)
	}
	for i := range o.Stacks {
		w.stack(i)
	}
	w.file("seastack.hcl", "project = \"synthetic\"\n")
	w.file(".gitignore", "/.seastack/\n.terraform/\n*.tfstate*\n/terraform/envs/*/*/artifacts.json\n/terraform/envs/local/*/.terraform.lock.hcl\n")
	w.file("core/db/migrations/0001_things.sql", "-- +goose Up\nCREATE TABLE things (id bigint PRIMARY KEY, name text NOT NULL);\n\n-- +goose Down\nDROP TABLE things;\n")
	return w.err
}

// writer writes one module. It keeps the first error.
type writer struct {
	Options
	dir  string
	rand *rand.Rand
	err  error
}

func (w *writer) file(name, text string) {
	if w.err != nil {
		return
	}
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	content := []byte(text)
	if strings.HasSuffix(name, ".go") {
		if content, w.err = format.Source(content); w.err != nil {
			return
		}
	}
	if w.err = os.MkdirAll(filepath.Dir(path), 0o755); w.err == nil {
		w.err = os.WriteFile(path, content, 0o644)
	}
}

// module writes go.mod and go.sum: Seastack's own, which has all that its
// packages need.
func (w *writer) module() error {
	repo, err := filepath.Abs(w.Repo)
	if err != nil {
		return err
	}
	source, err := os.ReadFile(filepath.Join(repo, "go.mod"))
	if err != nil {
		return err
	}
	mod, err := modfile.Parse("go.mod", source, nil)
	if err != nil {
		return err
	}
	for _, err := range []error{
		mod.AddModuleStmt(Module), mod.AddRequire(Seastack, "v0.0.0"), mod.AddReplace(Seastack, "", repo, ""),
		mod.DropTool(Seastack + "/tools/seastack"),
	} {
		if err != nil {
			return err
		}
	}
	out, err := mod.Format()
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(repo, "go.sum"))
	if err != nil {
		return err
	}
	w.file("go.mod", string(out))
	w.file("go.sum", string(sum))
	return w.err
}

func serviceName(i int) string { return fmt.Sprintf("service%d", i) }

// uses returns up to three services of lower layers that a service imports.
func (w *writer) uses(i int) []int {
	layer := i % layers
	if layer == 0 {
		return nil
	}
	return w.choose(1+w.rand.IntN(3), func(j int) bool { return j%layers < layer })
}

// choose returns some services for which may holds, each once, sorted by choice.
func (w *writer) choose(n int, may func(int) bool) (chosen []int) {
	taken := map[int]bool{}
	for range 20 * n {
		j := w.rand.IntN(w.Services)
		if len(chosen) < n && may(j) && !taken[j] {
			taken[j] = true
			chosen = append(chosen, j)
		}
	}
	return chosen
}

// service writes a service of several files. Every second one uses the database,
// and every tenth declares a queue.
func (w *writer) service(i int) {
	name := serviceName(i)
	dir := "core/services/" + name + "/"
	var imports, fields, params, values, calls strings.Builder
	if i%2 == 0 {
		fmt.Fprintf(&imports, "\t%q\n", Seastack+"/core/db")
		fields.WriteString("\tprimary *db.Primary\n")
		params.WriteString("primary *db.Primary, ")
		values.WriteString("primary: primary, ")
	}
	for _, j := range w.uses(i) {
		other := serviceName(j)
		fmt.Fprintf(&imports, "\t%q\n", Module+"/core/services/"+other)
		fmt.Fprintf(&fields, "\t%s *%s.Service\n", other, other)
		fmt.Fprintf(&params, "%s *%s.Service, ", other, other)
		fmt.Fprintf(&values, "%s: %s, ", other, other)
		fmt.Fprintf(&calls, "\tn += s.%s.Count(name)\n", other)
	}
	w.file(dir+name+".go", fmt.Sprintf("// Package %s is a service.\npackage %s\n\nimport (\n\t\"context\"\n%s)\n\n"+
		"// Service counts.\ntype Service struct {\n%s}\n\n// New returns the service.\nfunc New(%s) *Service {\n\treturn &Service{%s}\n}\n\n"+
		"// Do does something.\nfunc (s *Service) Do(ctx context.Context, name string) (int, error) {\n\treturn s.Count(name), ctx.Err()\n}\n\n"+
		"// Count counts.\nfunc (s *Service) Count(name string) int {\n\tn := len(clean(name)) + %d\n%s\treturn n\n}\n",
		name, name, imports.String(), fields.String(), strings.TrimSuffix(params.String(), ", "),
		strings.TrimSuffix(values.String(), ", "), i, calls.String()))
	w.file(dir+"clean.go", fmt.Sprintf("package %s\n\nimport \"strings\"\n\n// clean returns a name without spaces around it.\nfunc clean(name string) string { return strings.TrimSpace(name) }\n", name))
	w.file(dir+name+"_test.go", fmt.Sprintf("package %s\n\nimport \"testing\"\n\nfunc TestClean(t *testing.T) {\n\tif clean(\" a \") != \"a\" {\n\t\tt.Error(clean(\" a \"))\n\t}\n}\n", name))
	if i%10 == 0 {
		w.file(dir+"message.go", fmt.Sprintf("package %s\n\n// Message is done by a queue's consumer.\n//\n//seastack:queue queue%d\ntype Message struct {\n\tName string `json:\"name\"`\n}\n", name, i))
	}
}

// stack writes a stack. Its handlers share a receiver for three at a time, each
// in a file of its own.
func (w *writer) stack(i int) {
	name := fmt.Sprintf("stack%d", i)
	dir := "stacks/" + name + "/"
	w.file(dir+name+".go", fmt.Sprintf("// Package %s is a stack.\n//\n//seastack:stack memory=256 timeout=10s\npackage %s\n", name, name))
	count := w.Functions / w.Stacks
	if i < w.Functions%w.Stacks {
		count++
	}
	for f := range count {
		if f%3 == 0 {
			w.receiver(dir, name, f/3)
		}
		w.handler(dir, name, i, f)
	}
}

func (w *writer) receiver(dir, pkg string, n int) {
	var imports, fields, params, values, calls strings.Builder
	for _, j := range w.choose(1+w.rand.IntN(3), func(int) bool { return true }) {
		service := serviceName(j)
		fmt.Fprintf(&imports, "\t%q\n", Module+"/core/services/"+service)
		fmt.Fprintf(&fields, "\t%s *%s.Service\n", service, service)
		fmt.Fprintf(&params, "%s *%s.Service, ", service, service)
		fmt.Fprintf(&values, "%s: %s, ", service, service)
		fmt.Fprintf(&calls, "\tn += h.%s.Count(name)\n", service)
	}
	w.file(fmt.Sprintf("%shandlers%d.go", dir, n), fmt.Sprintf("package %s\n\nimport (\n%s)\n\n"+
		"// Handlers%d are some handlers.\ntype Handlers%d struct {\n%s}\n\n// NewHandlers%d returns them.\nfunc NewHandlers%d(%s) *Handlers%d {\n\treturn &Handlers%d{%s}\n}\n\n"+
		"func (h *Handlers%d) count(name string) (n int) {\n%s\treturn n\n}\n",
		pkg, imports.String(), n, n, fields.String(), n, n, strings.TrimSuffix(params.String(), ", "), n, n,
		strings.TrimSuffix(values.String(), ", "), n, calls.String()))
}

// handler writes a handler: mostly a route, else a schedule; the first of the
// first stacks consume a queue.
func (w *writer) handler(dir, pkg string, stack, f int) {
	receiver := f / 3
	method := fmt.Sprintf("func (h *Handlers%d) Handle%d", receiver, f)
	var text string
	switch queue := stack * 10; {
	case f == 0 && queue < w.Services:
		service := serviceName(queue)
		text = fmt.Sprintf("import (\n\t\"context\"\n\n\t%q\n)\n\n// Handle%d handles a message.\n//\n//seastack:consume batch=10\n%s(_ context.Context, m %s.Message) error {\n\th.count(m.Name)\n\treturn nil\n}\n",
			Module+"/core/services/"+service, f, method, service)
	case f%5 == 4:
		text = fmt.Sprintf("import \"context\"\n\n// Handle%d runs by the clock.\n//\n//seastack:schedule rate(%d minutes)\n%s(context.Context) error {\n\th.count(\"clock\")\n\treturn nil\n}\n",
			f, 2+f, method)
	default:
		text = fmt.Sprintf("import \"context\"\n\n// Input%d is a request.\ntype Input%d struct {\n\tName string `json:\"name\"`\n}\n\n// Handle%d answers a request.\n//\n//seastack:http POST /%s/handle%d\n%s(_ context.Context, in Input%d) (map[string]int, error) {\n\treturn map[string]int{\"count\": h.count(in.Name)}, nil\n}\n",
			f, f, f, pkg, f, method, f)
	}
	w.file(fmt.Sprintf("%shandle%d.go", dir, f), "package "+pkg+"\n\n"+text)
}
