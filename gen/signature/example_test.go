package signature_test

import (
	"encoding/json"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/signature"
)

const exampleSource = `package shop

import "time"

type Kind string

const (
	Large Kind = "large"
	Small Kind = "small"
)

type Level int

const Low Level = 3

type Base struct {
	ID string ` + "`json:\"id\"`" + `
}

type Order struct {
	Base
	Email   string        ` + "`json:\"email\"`" + `
	Kind    Kind          ` + "`json:\"kind\"`" + `
	Level   *Level        ` + "`json:\"level,omitempty\"`" + `
	Lines   []Line        ` + "`json:\"lines\"`" + `
	At      time.Time     ` + "`json:\"at\"`" + `
	Weights map[string]float64
	Raw     []byte
	Next    *Order
	Hidden  string ` + "`json:\"-\"`" + `
	Any     any
	own     Own
	Own     Own
}

type Line struct {
	Count int  ` + "`json:\"count\"`" + `
	Gift  bool ` + "`json:\"gift\"`" + `
}

// Own writes itself.
type Own struct{ n int }

func (*Own) UnmarshalJSON([]byte) error { return nil }

type Paging struct {
	Limit int           ` + "`query:\"limit\"`" + `
	Wait  time.Duration ` + "`query:\"wait\"`" + `
}

type Request struct {
	Paging
	ID   string   ` + "`path:\"id\"`" + `
	Tags []string ` + "`query:\"tag\"`" + `
	Key  string   ` + "`header:\"Idempotency-Key\"`" + `
	Name string   ` + "`json:\"name\"`" + `
}

type Bare struct{}
`

// exampleType returns a type of exampleSource.
func exampleType(t *testing.T, name string) types.Type {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "shop.go", exampleSource, 0)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: importer.ForCompiler(files, "gc", nil)}
	pkg, err := config.Check("example.com/shop", files, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Scope().Lookup(name).Type()
}

func TestExample(t *testing.T) {
	const id = "00000000-0000-4000-8000-000000000001"
	got := signature.Example(model.QueueTrigger, exampleType(t, "Order"))
	want := `{"id":"` + id + `","email":"ada@example.com","kind":"large","level":3,"lines":[{"count":1,"gift":true}],` +
		`"at":"2030-01-31T09:00:00Z","Weights":{"key":1.5},"Raw":"ZXhhbXBsZQ==","Any":null}`
	if string(got.Body) != want || !json.Valid(got.Body) {
		t.Errorf("a message:\n%s\nwant\n%s", got.Body, want)
	}
	request := signature.Example(model.HTTPTrigger, types.NewPointer(exampleType(t, "Request")))
	if diff := cmp.Diff(&model.Example{
		Path: map[string]string{"id": id}, Query: map[string]string{"limit": "1", "wait": "1m", "tag": "an example of tag"},
		Header: map[string]string{"Idempotency-Key": "example-1"}, Body: json.RawMessage(`{"name":"an example of name"}`),
	}, request); diff != "" {
		t.Errorf("a request (-want +got):\n%s", diff)
	}
	if bare := signature.Example(model.HTTPTrigger, exampleType(t, "Bare")); bare == nil || bare.Body != nil {
		t.Errorf("a request without fields: %+v", bare)
	}
	for name, in := range map[string]types.Type{"no input": nil, "a type that only its methods know": exampleType(t, "Own")} {
		if got := signature.Example(model.InvokeTrigger, in); got != nil {
			t.Errorf("%s: %s", name, got.Body)
		}
	}
}
