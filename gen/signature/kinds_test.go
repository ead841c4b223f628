package signature_test

import (
	"slices"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/signature"
	"github.com/seastack/seastack/gen/signature/testdata/kinds"
)

// fine are the inputs that can be filled.
var fine = []string{"AnyJSON", "BoxOfInt", "Embedded", "KeyInt", "KeyUUID", "PageOfInt", "Raw", "Recursive", "Scalars"}

// The generator and core/function judge every kind of field alike.
func TestKindsOfFieldsAreJudgedAlike(t *testing.T) {
	loaded, err := packages.Load(&packages.Config{Context: t.Context(), Mode: packages.NeedTypes | packages.NeedImports | packages.NeedDeps},
		"github.com/seastack/seastack/gen/signature/testdata/kinds")
	if err != nil || len(loaded) != 1 || len(loaded[0].Errors) > 0 {
		t.Fatalf("%v, %v", loaded, err)
	}
	for name, handler := range kinds.Handlers {
		problems, _ := signature.Input(loaded[0].Types.Scope().Lookup(name).Type(), []string{"b"})
		want := slices.Contains(fine, name)
		if got := len(problems) == 0; got != want {
			t.Errorf("%s: the generator takes it: %v; want %v: %v", name, got, want, problems)
		}
		if got := handler.Err() == nil; got != want {
			t.Errorf("%s: a function starts with it: %v; want %v: %v", name, got, want, handler.Err())
		}
	}
}
