package function

import (
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	goparser "go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// exportedEvents returns the names of all exported types of eventsPackage, from its source.
func exportedEvents(t *testing.T) []string {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", eventsPackage).Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := goparser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range group.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok && s.Name.IsExported() && s.TypeParams == nil {
					names = append(names, s.Name.Name)
				}
			}
		}
	}
	slices.Sort(names)
	return names
}

// TestTheListOfEventsIsWhole compares the list with the package; -update writes it.
func TestTheListOfEventsIsWhole(t *testing.T) {
	var b strings.Builder
	b.WriteString("//lint:file-ignore SA1019 deprecated types are types, too\n\npackage function\n\nimport (\n\t\"reflect\"\n\n\t\"github.com/aws/aws-lambda-go/events\"\n)\n\n")
	b.WriteString("// allEvents holds all exported types of the package events; -update writes it.\nvar allEvents = []reflect.Type{\n")
	for _, name := range exportedEvents(t) {
		fmt.Fprintf(&b, "\treflect.TypeFor[events.%s](),\n", name)
	}
	b.WriteString("}\n")
	want, err := format.Source([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	const file = "events_list_test.go"
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s does not name every type of %s; -update writes it", file, eventsPackage)
	}
}

func TestNoEventIsTakenForJSONOfARequest(t *testing.T) {
	for _, event := range allEvents {
		inside := reflect.StructOf([]reflect.StructField{{Name: "Inner", Type: reflect.SliceOf(event), Tag: `json:"inner"`}})
		for _, typ := range []reflect.Type{event, reflect.PointerTo(event), inside, reflect.MapOf(reflect.TypeFor[string](), inside)} {
			// A type that is another name of one of the language's is no event.
			if event.PkgPath() == "" {
				continue
			}
			if checkHTTP(typ) == nil {
				t.Errorf("%s is taken for JSON of a request or a response", typ)
			}
		}
		if event.PkgPath() != "" && (checkBody(event) == nil || checkBody(reflect.PointerTo(event)) == nil) {
			t.Errorf("%s is taken for the body of a message", event)
		}
	}
	if len(allEvents) < 200 {
		t.Errorf("only %d types", len(allEvents))
	}
}

func TestHandlersOfEventsAreRefusedWhereTheyAreNotServed(t *testing.T) {
	type request struct {
		events.ALBTargetGroupRequest
	}
	for name, h := range map[string]Handler{
		"REST": HTTP(func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
			return events.APIGatewayProxyResponse{}, nil
		}),
		"by pointer": HTTPIn(func(context.Context, *events.APIGatewayV2HTTPRequest) error { return nil }),
		"embedded":   HTTPIn(func(context.Context, request) error { return nil }),
		"response": HTTPOut(func(context.Context) (*events.LambdaFunctionURLResponse, error) {
			return nil, nil
		}),
		"message": Consume(func(context.Context, events.SQSMessage) error { return nil }),
		"stream": InvokeOut(func(context.Context) (*events.LambdaFunctionURLStreamingResponse, error) {
			return nil, nil
		}),
	} {
		if h.Err() == nil {
			t.Errorf("%s: it can serve", name)
		}
	}
}

// A result of an interface type can be anything.
func TestAnEventBehindAnInterfaceIsNoBody(t *testing.T) {
	h := HTTPOut(func(context.Context) (any, error) { return events.APIGatewayProxyResponse{StatusCode: 401}, nil })
	out, err := h.Invoke(t.Context(), []byte(`{"version":"2.0"}`))
	if err != nil || !strings.Contains(string(out), `"statusCode":500`) {
		t.Errorf("%s, %v", out, err)
	}
}

// A direct invocation is served as the event that it is.
func TestInvokeServesEvents(t *testing.T) {
	h := Invoke(func(_ context.Context, r events.APIGatewayCustomAuthorizerRequest) (events.APIGatewayProxyResponse, error) {
		return events.APIGatewayProxyResponse{StatusCode: 401, Body: r.AuthorizationToken}, nil
	})
	out, err := h.Invoke(t.Context(), []byte(`{"authorizationToken":"t","newMember":1}`))
	if err != nil || !strings.Contains(string(out), `"statusCode":401`) || !strings.Contains(string(out), `"body":"t"`) {
		t.Errorf("%s, %v", out, err)
	}
}
