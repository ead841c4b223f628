package resolve_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/resolve"
)

const (
	shop = "example.com/shop/"
	core = "github.com/seastack/seastack/core/"
)

// world has packages by import path, as sources and checked. Handles and
// contexts are known by their names, so that stand-ins do.
type world struct {
	fset    *token.FileSet
	sources map[string]string
	checked map[string]*types.Package
}

func (w *world) Import(path string) (*types.Package, error) {
	if p, ok := w.checked[path]; ok {
		return p, nil
	}
	source, ok := w.sources[path]
	if !ok {
		return nil, fmt.Errorf("no package %s", path)
	}
	file, err := parser.ParseFile(w.fset, strings.TrimPrefix(path, shop)+"/x.go", source, 0)
	if err != nil {
		return nil, err
	}
	p, err := (&types.Config{Importer: w}).Check(path, w.fset, []*ast.File{file}, nil)
	w.checked[path] = p
	return p, err
}

// wire resolves the receiver *H of the stack web, and returns the calls as Go
// writes them, the grants with their chains, and the codes of the findings.
func wire(t *testing.T, web, notes string) (calls, grants, codes []string) {
	t.Helper()
	w := &world{fset: token.NewFileSet(), checked: map[string]*types.Package{}, sources: map[string]string{
		"context":               "package context\ntype Context interface{ Err() error }",
		"log/slog":              "package slog\ntype Logger struct{}",
		core + "db":             "package db\ntype (Primary struct{}; Replica struct{})",
		core + "queue":          "package queue\ntype Sender[T any] interface{ Send(T) error }",
		shop + "services/notes": "package notes\n" + notesImports + notes,
		shop + "stacks/web":     "package web\n" + web,
	}}
	m := &load.Module{Path: "example.com/shop", Fset: w.fset}
	for path, role := range map[string]load.Role{shop + "services/notes": load.Service, shop + "stacks/web": load.Stack} {
		p, err := w.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		m.Packages = append(m.Packages, &load.Package{Package: &packages.Package{PkgPath: path, Types: p}, Role: role, Folder: strings.TrimPrefix(path, shop)})
	}
	slices.SortFunc(m.Packages, func(a, b *load.Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	stack := m.Package(shop + "stacks/web")
	receiver := stack.Types.Scope().Lookup("H").Type().(*types.Named)
	result, list, ok := resolve.New(m, resolve.Declared{"queue": {shop + "services/notes.Ready": "ready"}}, nil).Wire(resolve.Handler{
		Stack: stack, Entry: shop + "stacks/web/lambda/h", Receiver: receiver, Name: "web.(*H).Do", Pos: receiver.Obj().Pos(),
	})
	for _, d := range list {
		codes = append(codes, d.Code)
		if d.Next == "" || !strings.Contains(strings.Join(d.Details, "\n"), "needed by web.(*H).Do (stacks/web/x.go:") {
			t.Errorf("a finding without a next step or its chain: %v", d)
		}
	}
	if !ok || len(list) > 0 {
		return nil, nil, codes
	}
	for _, s := range result.Steps {
		calls = append(calls, call(s))
	}
	for _, g := range result.Grants {
		grants = append(grants, fmt.Sprintf("%s %s: %s", g.Kind, g.Resource, strings.Join(g.Chain, " > ")))
	}
	return calls, grants, nil
}

func call(s model.Step) string {
	var args []string
	for _, a := range s.Args {
		switch {
		case a.Context:
			args = append(args, "ctx")
		case a.String != nil:
			args = append(args, fmt.Sprintf("%q", *a.String))
		default:
			args = append(args, a.Var)
		}
	}
	return fmt.Sprintf("%s = %s.%s(%s)", s.Var, s.Package[strings.LastIndex(s.Package, "/")+1:], s.Func, strings.Join(args, ", "))
}

const imports = `import ("log/slog"; "` + core + `db"; "` + core + `queue")
var (_ *slog.Logger; _ *db.Primary; _ queue.Sender[int])
type H struct{}
`

const notesImports = `import ("` + core + `db"; "` + core + `queue")
var (_ *db.Primary; _ queue.Sender[int])
type (Service struct{}; Ready struct{}; Reader interface{ Read() })
`

func TestWire(t *testing.T) {
	const withNotes = "import \"" + shop + "services/notes\"\n" + imports + "var _ notes.Ready\n"
	for name, c := range map[string]struct {
		web, notes    string
		calls, grants []string
		codes         []string
	}{
		"no parameters": {web: imports + "func NewH() *H { return nil }", calls: []string{"handler = web.NewH()"}},
		"an error": {web: imports + "func NewH(l *slog.Logger) (*H, error) { return nil, nil }",
			calls: []string{"logger = function.Logger()", "handler = web.NewH(logger)"}},
		"a handle": {web: imports + "func NewH(p *db.Primary) *H { return nil }",
			calls:  []string{"primary = db.OpenPrimary(ctx)", "handler = web.NewH(primary)"},
			grants: []string{"database primary: web.NewH > *db.Primary"}},
		"a service, and a handle once": {web: withNotes + "func NewH(p *db.Primary, s *notes.Service, q queue.Sender[notes.Ready]) *H { return nil }",
			notes: "func New(p *db.Primary, q queue.Sender[Ready]) *Service { return nil }",
			calls: []string{"primary = db.OpenPrimary(ctx)", `readySender = queue.NewSender(ctx, "ready")`,
				"notesService = notes.New(primary, readySender)", "handler = web.NewH(primary, notesService, readySender)"},
			grants: []string{"database primary: web.NewH > *db.Primary", "queue:send ready: web.NewH > notes.New > queue.Sender[notes.Ready]"}},
		"an interface": {web: withNotes + "func NewH(r notes.Reader) *H { return nil }",
			notes: "func (*Service) Read() {}\nfunc New() *Service { return nil }",
			calls: []string{"notesService = notes.New()", "handler = web.NewH(notesService)"}},
		"no constructor":               {web: imports, codes: []string{"SEA2001"}},
		"two constructors":             {web: imports + "func NewA() *H { return nil }\nfunc NewB() *H { return nil }", codes: []string{"SEA2002"}},
		"a variadic constructor":       {web: imports + "func NewH(...int) *H { return nil }", codes: []string{"SEA2003"}},
		"an unexported constructor":    {web: imports + "func newH() *H { return nil }", codes: []string{"SEA2003"}},
		"nothing provides a number":    {web: imports + "func NewH(n int) *H { return nil }", codes: []string{"SEA2005"}},
		"each unprovided parameter":    {web: imports + "func NewH(n int, s string) *H { return nil }", codes: []string{"SEA2005", "SEA2005"}},
		"a queue that nobody declares": {web: imports + "type Lost struct{}\nfunc NewH(q queue.Sender[Lost]) *H { return nil }", codes: []string{"SEA2008"}},
		"a cycle": {web: withNotes + "func NewH(s *notes.Service) *H { return nil }",
			notes: "type Other struct{}\nfunc New(o *Other) *Service { return nil }\nfunc NewOther(s *Service) *Other { return nil }", codes: []string{"SEA2004"}},
	} {
		t.Run(name, func(t *testing.T) {
			calls, grants, codes := wire(t, c.web, c.notes)
			for what, pair := range map[string][2][]string{"calls": {calls, c.calls}, "grants": {grants, c.grants}, "codes": {codes, c.codes}} {
				if !slices.Equal(pair[0], pair[1]) {
					t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(pair[0], "\n"), strings.Join(pair[1], "\n"))
				}
			}
		})
	}
}
