package test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is a module in the making: what its annotations say.
type module struct {
	stacks   []*editedStack
	handlers []*editedFunction // behind HTTP
	consumer *editedFunction
	schedule *editedFunction
	reports  string // where functions tell that they ran
	made     int    // names so far
}

type editedStack struct {
	name   string
	memory int
}

// editedFunction is a handler; which of its members count depends on its trigger.
type editedFunction struct {
	stack                  *editedStack
	name                   string // in Go
	method, path           string
	status                 int
	batch, window, timeout int
	rate                   int // minutes
}

// newModule returns a module of two stacks with two routes each, a consumer and
// a schedule, whose functions tell at a URL that they ran.
func newModule(reports string) *module {
	m := &module{reports: reports}
	one, two := m.addStack(), m.addStack()
	for _, s := range []*editedStack{one, two} {
		for range 2 {
			m.addHandler(s)
		}
	}
	m.consumer = &editedFunction{stack: one, name: m.fresh("Work"), batch: 5, timeout: 5}
	m.schedule = &editedFunction{stack: two, name: m.fresh("Tick"), rate: 60, timeout: 5}
	return m
}

func (m *module) fresh(prefix string) string {
	m.made++
	return fmt.Sprintf("%s%d", prefix, m.made)
}

func (m *module) addStack() *editedStack {
	s := &editedStack{name: strings.ToLower(m.fresh("Stack")), memory: 128}
	m.stacks = append(m.stacks, s)
	return s
}

func (m *module) addHandler(s *editedStack) *editedFunction {
	h := &editedFunction{stack: s, name: m.fresh("Get"), method: "GET", status: 200, timeout: 5}
	h.path = "/" + strings.ToLower(m.fresh("path"))
	if m.made%3 == 0 {
		h.path += "/{id}"
	}
	m.handlers = append(m.handlers, h)
	return h
}

// route is what a request needs to know of a route, and who answers.
type route struct{ method, path, handler string }

// routes returns the routes by what a request sees of them.
func (m *module) routes() map[string]route {
	all := map[string]route{}
	for _, h := range m.handlers {
		path := strings.ReplaceAll(h.path, "{id}", "7")
		all[h.method+" "+path] = route{h.method, path, h.stack.name + "." + h.name}
	}
	return all
}

// write writes the module's code into dir, in the place of what was there.
func (m *module) write(t *testing.T, dir string) {
	t.Helper()
	for _, old := range must(filepath.Glob(filepath.Join(dir, "stacks", "*", "code.go")))(t) {
		if err := os.Remove(old); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "core/services/jobs/jobs.go"), []byte(jobsCode(m.reports)))
	for name, code := range m.files() {
		write(t, filepath.Join(dir, name), []byte(code))
	}
}

func jobsCode(reports string) string {
	return fmt.Sprintf(`// Package jobs has the jobs that are done.
package jobs

import (
	"fmt"
	"net/http"
)

// Job is one job.
//
//seastack:queue jobs retries=5
type Job struct{ ID string }

// Done tells that something was done.
func Done(what string) error {
	r, err := http.Post(%q+what, "", nil)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("told of %%s: %%s", what, r.Status)
	}
	return nil
}
`, reports)
}

func (m *module) files() map[string]string {
	files := map[string]string{}
	for _, s := range m.stacks {
		files[filepath.Join("stacks", s.name, "code.go")] = m.stackCode(s)
	}
	return files
}

// stackCode returns the code of a stack.
func (m *module) stackCode(s *editedStack) string {
	var b strings.Builder
	fmt.Fprintf(&b, `// Package %[1]s answers.
//
//seastack:stack memory=%[2]d
package %[1]s

import (
	"context"
`, s.name, s.memory)
	if m.consumer.stack == s || m.schedule.stack == s {
		b.WriteString("\n\t\"example.com/edited/core/services/jobs\"\n")
	}
	b.WriteString(`)

// Answer says who answers.
type Answer struct{ Text string }

// Path is what the path says.
type Path struct {
	ID string ` + "`path:\"id\"`" + `
}
`)
	for _, h := range m.handlers {
		if h.stack == s {
			b.WriteString(h.http())
		}
	}
	if m.consumer.stack == s {
		b.WriteString(m.consumer.consume())
	}
	if m.schedule.stack == s {
		b.WriteString(m.schedule.tick())
	}
	return b.String()
}

func (f *editedFunction) http() string {
	parameter := ""
	if strings.Contains(f.path, "{id}") {
		parameter = ", in Path"
	}
	return fmt.Sprintf(`
// %[1]s answers.
//
//seastack:http %[2]s %[3]s status=%[4]d
//seastack:function timeout=%[5]ds
func %[1]s(ctx context.Context%[6]s) (Answer, error) { return Answer{%[7]q}, nil }
`, f.name, f.method, f.path, f.status, f.timeout, parameter, f.stack.name+"."+f.name)
}

func (f *editedFunction) consume() string {
	window := ""
	if f.window > 0 {
		window = fmt.Sprintf(" window=%ds", f.window)
	}
	return fmt.Sprintf(`
// %[1]s does a job.
//
//seastack:consume batch=%[2]d%[3]s
//seastack:function timeout=%[4]ds
func %[1]s(ctx context.Context, j jobs.Job) error { return jobs.Done("job/" + j.ID) }
`, f.name, f.batch, window, f.timeout)
}

func (f *editedFunction) tick() string {
	return fmt.Sprintf(`
// %[1]s runs from time to time.
//
//seastack:schedule rate(%[2]d minutes)
//seastack:function timeout=%[3]ds
func %[1]s(ctx context.Context) error { return jobs.Done("tick/%[1]s") }
`, f.name, f.rate, f.timeout)
}

// source returns the code, for a message.
func (m *module) source() string {
	var b strings.Builder
	for _, s := range m.stacks {
		b.WriteString(m.stackCode(s))
	}
	return b.String()
}

// edit is one kind of edit; it reports whether it could be made.
type edit struct {
	name string
	make func(*module, *rand.Rand) bool
}

var edits = []edit{
	{"handler renamed", func(m *module, r *rand.Rand) bool { pick(r, m.handlers).name = m.fresh("Get"); return true }},
	{"routes swapped in a stack", swapRoutes(true)},
	{"routes swapped between stacks", swapRoutes(false)},
	{"handlers' names swapped", swapNames},
	{"other method", func(m *module, r *rand.Rand) bool {
		h := pick(r, m.handlers)
		h.method = map[string]string{"GET": "PUT", "PUT": "ANY", "ANY": "GET"}[h.method]
		return true
	}},
	{"other path", func(m *module, r *rand.Rand) bool {
		pick(r, m.handlers).path = "/" + strings.ToLower(m.fresh("path"))
		return true
	}},
	{"other status", func(m *module, r *rand.Rand) bool {
		h := pick(r, m.handlers)
		h.status = 401 - h.status // 200 and 201
		return true
	}},
	{"handler split", func(m *module, r *rand.Rand) bool { m.addHandler(pick(r, m.handlers).stack); return true }},
	{"handler removed", removeHandler},
	{"handler moved", func(m *module, r *rand.Rand) bool { return m.moved(r, pick(r, m.handlers)) }},
	{"memory and timeout", func(m *module, r *rand.Rand) bool {
		pick(r, m.stacks).memory += 64
		h := pick(r, m.handlers)
		h.timeout = 11 - h.timeout
		return true
	}},
	{"consumer's settings", func(m *module, r *rand.Rand) bool {
		m.consumer.batch, m.consumer.window = 1+r.IntN(9), r.IntN(2)
		m.consumer.timeout = 11 - m.consumer.timeout
		return true
	}},
	{"consumer renamed", func(m *module, r *rand.Rand) bool { m.consumer.name = m.fresh("Work"); return true }},
	{"consumer moved", func(m *module, r *rand.Rand) bool { return m.moved(r, m.consumer) }},
	{"schedule changed", func(m *module, r *rand.Rand) bool { m.schedule.rate++; return true }},
	{"schedule renamed", func(m *module, r *rand.Rand) bool { m.schedule.name = m.fresh("Tick"); return true }},
	{"schedule moved", func(m *module, r *rand.Rand) bool { return m.moved(r, m.schedule) }},
	{"stack renamed", func(m *module, r *rand.Rand) bool {
		pick(r, m.stacks).name = strings.ToLower(m.fresh("Stack"))
		return true
	}},
	{"stack removed", removeStack},
	{"stack added", func(m *module, r *rand.Rand) bool {
		if len(m.stacks) > 2 {
			return false
		}
		s := m.addStack()
		pick(r, m.handlers).stack = s
		return m.tidy()
	}},
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

func swapRoutes(within bool) func(*module, *rand.Rand) bool {
	return func(m *module, r *rand.Rand) bool {
		for _, i := range r.Perm(len(m.handlers)) {
			for _, j := range r.Perm(len(m.handlers)) {
				a, b := m.handlers[i], m.handlers[j]
				if i != j && (a.stack == b.stack) == within {
					a.method, a.path, b.method, b.path = b.method, b.path, a.method, a.path
					return true
				}
			}
		}
		return false
	}
}

// swapNames exchanges the Go names of two handlers of a stack: two functions
// exchange their code and their routes.
func swapNames(m *module, r *rand.Rand) bool {
	for _, i := range r.Perm(len(m.handlers)) {
		for j := range m.handlers {
			if a, b := m.handlers[i], m.handlers[j]; i != j && a.stack == b.stack {
				a.name, b.name = b.name, a.name
				return true
			}
		}
	}
	return false
}

func removeHandler(m *module, r *rand.Rand) bool {
	if len(m.handlers) < 4 {
		return false
	}
	i := r.IntN(len(m.handlers))
	m.handlers = slices.Delete(m.handlers, i, i+1)
	return m.tidy()
}

// moved moves a function to another stack.
func (m *module) moved(r *rand.Rand, f *editedFunction) bool {
	for _, i := range r.Perm(len(m.stacks)) {
		if s := m.stacks[i]; s != f.stack {
			f.stack = s
			return m.tidy()
		}
	}
	return false
}

func removeStack(m *module, r *rand.Rand) bool {
	if len(m.stacks) < 2 {
		return false
	}
	gone, heir := m.stacks[0], m.stacks[1]
	for _, f := range append(slices.Clone(m.handlers), m.consumer, m.schedule) {
		if f.stack == gone {
			f.stack = heir
		}
	}
	return m.tidy()
}

// tidy removes stacks without functions.
func (m *module) tidy() bool {
	m.stacks = slices.DeleteFunc(m.stacks, func(s *editedStack) bool {
		return m.consumer.stack != s && m.schedule.stack != s &&
			!slices.ContainsFunc(m.handlers, func(h *editedFunction) bool { return h.stack == s })
	})
	return true
}

// deck deals the kinds of edits, each once before any comes again.
type deck struct {
	random *rand.Rand
	left   []int
}

func newDeck(r *rand.Rand) *deck { return &deck{random: r} }

// draw makes an edit and returns its name.
func (d *deck) draw(m *module) string {
	for {
		if len(d.left) == 0 {
			d.left = d.random.Perm(len(edits))
		}
		e := edits[d.left[0]]
		d.left = d.left[1:]
		if e.make(m, d.random) {
			return e.name
		}
	}
}
