package signature_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/signature"
)

// imports are stand-ins for the packages that the cases import: types are known
// by their names.
type imports map[string]*types.Package

func (i imports) Import(path string) (*types.Package, error) {
	if p, ok := i[path]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}

// check type-checks a package's source.
func check(t *testing.T, path, source string, known imports) *types.Package {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path+".go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := (&types.Config{Importer: known}).Check(path, set, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// declared type-checks declarations that may use context and events.
func declared(t *testing.T, declarations string) *types.Scope {
	t.Helper()
	known := imports{
		"context":     check(t, "context", "package context; type Context interface{ Err() error }", nil),
		lambdaPackage: check(t, lambdaPackage, "package lambda; type Handler interface{ Invoke() }", nil),
		eventsPackage: check(t, eventsPackage, "package events; type (APIGatewayV2HTTPRequest struct{}; APIGatewayV2HTTPResponse struct{}; "+
			"APIGatewayV2CustomAuthorizerV2Request struct{}; APIGatewayV2CustomAuthorizerSimpleResponse struct{})", nil),
		authPackage: check(t, authPackage, "package auth; type (Caller[T any] struct{ Principal T }; Request struct{})", nil),
	}
	source := "package p\nimport \"context\"\nimport \"" + eventsPackage + "\"\nimport \"" + lambdaPackage + "\"\nimport \"" + authPackage + "\"\n" +
		"var (\n_ auth.Request\n_ context.Context\n_ lambda.Handler\n_ events.APIGatewayV2HTTPRequest\n)\ntype (Parcel struct{}; Other = Parcel)\n"
	return check(t, "p", source+declarations, known).Scope()
}

func TestMatch(t *testing.T) {
	const question, decision = "events.APIGatewayV2CustomAuthorizerV2Request", "events.APIGatewayV2CustomAuthorizerSimpleResponse"
	const raw, answer = "events.APIGatewayV2HTTPRequest", "events.APIGatewayV2HTTPResponse"
	for _, c := range []struct {
		kind    model.TriggerKind
		f       string
		adapter string // empty: none fits
	}{
		{model.HTTPTrigger, "func(context.Context, Parcel) (*Parcel, error)", "HTTP"},
		{model.HTTPTrigger, "func(context.Context, Other) error", "HTTPIn"},
		{model.HTTPTrigger, "func(context.Context) (Parcel, error)", "HTTPOut"},
		{model.HTTPTrigger, "func(context.Context) error", "HTTPDo"},
		{model.HTTPTrigger, "func(context.Context, " + raw + ") (" + answer + ", error)", "HTTPRaw"},
		{model.HTTPTrigger, "func(context.Context, " + raw + ") error", ""},
		{model.HTTPTrigger, "func(context.Context) (" + answer + ", error)", ""},
		{model.HTTPTrigger, "func(context.Context, auth.Caller[Parcel], Parcel) (Parcel, error)", "HTTPCaller"},
		{model.HTTPTrigger, "func(context.Context, auth.Caller[Parcel], Parcel) error", "HTTPCallerIn"},
		{model.HTTPTrigger, "func(context.Context, auth.Caller[Parcel]) (Parcel, error)", "HTTPCallerOut"},
		{model.HTTPTrigger, "func(context.Context, auth.Caller[Parcel]) error", "HTTPCallerDo"},
		{model.HTTPTrigger, "func(context.Context, Parcel, auth.Caller[Parcel]) error", ""},
		{model.HTTPTrigger, "func(context.Context, *auth.Caller[Parcel]) error", ""},
		{model.HTTPTrigger, "func(context.Context, auth.Caller[Parcel], auth.Caller[Parcel]) error", ""},
		{model.HTTPTrigger, "func(auth.Caller[Parcel]) error", ""},
		{model.HTTPTrigger, "func(context.Context, auth.Caller[Parcel], " + raw + ") (" + answer + ", error)", ""},
		{model.QueueTrigger, "func(context.Context, auth.Caller[Parcel], Parcel) error", ""},
		{model.InvokeTrigger, "func(context.Context, auth.Caller[Parcel]) error", ""},
		{model.AuthorizerTrigger, "func(context.Context, auth.Request) (Parcel, error)", "Authorizer"},
		{model.AuthorizerTrigger, "func(context.Context, auth.Request) (*Parcel, error)", "Authorizer"},
		{model.AuthorizerTrigger, "func(context.Context, auth.Request) (bool, error)", ""},
		{model.AuthorizerTrigger, "func(context.Context, auth.Request) error", ""},
		{model.AuthorizerTrigger, "func(context.Context, Parcel) (Parcel, error)", ""},
		{model.AuthorizerTrigger, "func(context.Context, " + question + ") (" + decision + ", error)", "Lambda"},
		{model.AuthorizerTrigger, "func(context.Context, " + question + ") (Parcel, error)", ""},
		{model.QueueTrigger, "func(context.Context, Parcel) error", "Consume"},
		{model.QueueTrigger, "func(context.Context, *Parcel) error", ""},
		{model.QueueTrigger, "func(context.Context) error", ""},
		{model.QueueTrigger, "func(context.Context, Parcel) (Parcel, error)", ""},
		{model.ScheduleTrigger, "func(context.Context) error", "Schedule"},
		{model.ScheduleTrigger, "func(context.Context, Parcel) error", ""},
		{model.InvokeTrigger, "func(context.Context, []Parcel) (map[string]int, error)", "Invoke"},
		{model.InvokeTrigger, "func(context.Context, int) error", "InvokeIn"},
		{model.InvokeTrigger, "func(context.Context) (int, error)", "InvokeOut"},
		{model.InvokeTrigger, "func(context.Context) error", "InvokeDo"},
		{model.InvokeTrigger, "func() error", "Lambda"},
		{model.InvokeTrigger, "func(context.Context)", "Lambda"},
		{model.InvokeTrigger, "func(Parcel) error", "Lambda"},
		{model.InvokeTrigger, "func(Parcel) (Parcel, error)", "Lambda"},
		{model.InvokeTrigger, "func(context.Context, []byte) ([]byte, error)", "LambdaBytes"},
		{model.InvokeTrigger, "func() lambda.Handler", "LambdaHandler"},
		{model.InvokeTrigger, "func() Parcel", ""},
		{model.InvokeTrigger, "func(Parcel) Parcel", ""},
		{model.InvokeTrigger, "func(Parcel, Parcel) error", ""},
		{model.QueueTrigger, "func(context.Context, []Parcel) error", "ConsumeBatch"},
		{model.EventTrigger, "func(context.Context, Parcel) error", "On"},
		{model.EventTrigger, "func(context.Context, []Parcel) error", "OnBatch"},
		{model.EventTrigger, "func(context.Context, []*Parcel) error", ""},
		{model.EventTrigger, "func(context.Context) error", ""},
		{model.InvokeTrigger, "func(context.Context, ...Parcel) error", ""},
		{model.InvokeTrigger, "func(context.Context, int, int) error", ""},
		{model.InvokeTrigger, "func(context.Context) (error, int)", ""},
	} {
		f := declared(t, "var f "+c.f).Lookup("f").Type().(*types.Signature)
		fit, ok := signature.Match(c.kind, f)
		if ok != (c.adapter != "") || ok && fit.Adapter != c.adapter {
			t.Errorf("%s on %s: adapter %q, %t, want %q", c.kind, c.f, fit.Adapter, ok, c.adapter)
		}
		if message, details, next := signature.Misfit(c.kind, "web.F", f); !strings.HasPrefix(message, "web.F is func(") || len(details) == 0 || next == "" {
			t.Errorf("%s on %s: %q, %q, %q", c.kind, c.f, message, details, next)
		}
	}
}

func TestJSON(t *testing.T) {
	scope := declared(t, `
type Turn struct { Done chan bool }
type Talk struct { Turns []Turn }
type Tree struct { Left, Right *Tree }
type Fields struct { A int; b int }
type Hidden struct { a int }
type Skipped struct { A chan int `+"`json:\"-\"`"+` }
type Twice struct { A int `+"`json:\"x\"`"+`; B int `+"`json:\"x\"`"+` }
type Own chan int
func (Own) MarshalText() ([]byte, error) { return nil, nil }
var (
	text string; complexNumber complex64; keys map[float64]int; numbers map[int]string; function func(); anything any
	failure error; talk Talk; tree Tree; fields Fields; hidden Hidden; skipped Skipped; twice Twice; own Own; pointers []*Turn
)`)
	for _, c := range []struct{ name, write, read string }{
		{"text", "", ""},
		{"numbers", "", ""},
		{"anything", "", ""},
		{"tree", "", ""},
		{"fields", "", ""},
		{"skipped", "", ""},
		{"complexNumber", "complex64 has no JSON form", "complex64 has no JSON form"},
		{"function", "func() has no JSON form", "func() has no JSON form"},
		{"keys", "map[float64]int is a map whose keys of type float64 are no texts", "map[float64]int is a map whose keys of type float64 are no texts"},
		{"talk", "p.Talk.Turns[].Done is chan bool", "p.Talk.Turns[].Done is chan bool"},
		{"pointers", "[]*p.Turn[].Done is chan bool", "[]*p.Turn[].Done is chan bool"},
		{"hidden", "p.Hidden is a struct without exported fields: its JSON is always {}", "p.Hidden is a struct without exported fields: its JSON is always {}"},
		{"twice", "", `p.Twice.B takes the name "x", as A does`},
		{"failure", "", "error has no JSON form, and nothing says which type to read it into"},
		{"own", "", "p.Own has no JSON form"},
	} {
		typ := scope.Lookup(c.name).Type()
		if got := signature.JSON(typ, signature.Write); got != c.write {
			t.Errorf("writing %s: %q, want %q", c.name, got, c.write)
		}
		if got := signature.JSON(typ, signature.Read); got != c.read {
			t.Errorf("reading %s: %q, want %q", c.name, got, c.read)
		}
	}
}

func TestInput(t *testing.T) {
	scope := declared(t, "type In struct {\nID string `path:\"id\"`\nLimit int `query:\"limit\"`\nTags []string `header:\"X-Tags\"`\nNote string `json:\"note\"`\nLost string\n}")
	problems, unbound := signature.Input(scope.Lookup("In").Type(), []string{"id", "part"})
	var got []string
	for _, p := range problems {
		got = append(got, p.Code+" "+p.Message)
	}
	want := []string{
		"SEA1022 field Tags is []string, which no header parameter can fill",
		"SEA1022 field Lost has none of the tags path, query, header and json, so nothing fills it",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || strings.Join(unbound, " ") != "part" {
		t.Errorf("got %q, %q", got, unbound)
	}
}
