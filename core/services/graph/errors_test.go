package graph

import (
	"context"
	"strings"
	"testing"

	"github.com/graph-gophers/graphql-go"
)

// broken resolves Query with a panic.
type broken struct{}

func (*broken) Field(context.Context) (string, error) { panic("a secret") }

func TestPanicsAreHidden(t *testing.T) {
	schema := graphql.MustParseSchema(`type Query { field: String! }`, &broken{},
		graphql.PanicHandler(panics{}), graphql.Logger(panics{}))
	raw, executed, err := (&Graph{schema: schema}).Query(t.Context(), `{field}`, "", nil)
	if err != nil || !executed || strings.Contains(string(raw), "secret") || !strings.Contains(string(raw), `"code":"internal"`) {
		t.Errorf("%s, %t, %v", raw, executed, err)
	}
}
