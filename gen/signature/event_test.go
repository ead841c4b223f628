package signature_test

import (
	"go/types"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/signature"
)

const eventsPackage = "github.com/aws/aws-lambda-go/events"

const lambdaPackage = "github.com/aws/aws-lambda-go/lambda"

const authPackage = "github.com/seastack/seastack/core/auth"

// Every exported type of the package events is served as what it is, or refused.
func TestEveryEventIsServedOrRefused(t *testing.T) {
	loaded, err := packages.Load(&packages.Config{Context: t.Context(), Mode: packages.NeedTypes | packages.NeedImports | packages.NeedDeps}, eventsPackage)
	if err != nil || len(loaded) != 1 || len(loaded[0].Errors) > 0 {
		t.Fatalf("%v, %v", loaded, err)
	}
	scope := loaded[0].Types.Scope()
	seen := 0
	for _, name := range scope.Names() {
		object, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !object.Exported() || object.IsAlias() {
			continue
		}
		seen++
		event := object.Type()
		inside := types.NewStruct([]*types.Var{types.NewField(0, nil, "Inner", types.NewSlice(event), false)}, []string{`json:"inner"`})
		for _, typ := range []types.Type{event, types.NewPointer(event), inside} {
			if signature.Event(model.HTTPTrigger, signature.Fit{Adapter: "HTTPIn", In: typ}) == "" {
				t.Errorf("an HTTP handler takes %s", typ)
			}
			if signature.Event(model.HTTPTrigger, signature.Fit{Adapter: "HTTPOut", Out: typ}) == "" {
				t.Errorf("an HTTP handler returns %s", typ)
			}
		}
		if signature.Event(model.QueueTrigger, signature.Fit{Adapter: "Consume", In: event}) == "" {
			t.Errorf("a consumer takes %s", event)
		}
		refused := signature.Event(model.InvokeTrigger, signature.Fit{Adapter: "Invoke", In: event, Out: event}) != ""
		if streams := types.NewMethodSet(types.NewPointer(event)).Lookup(nil, "Read") != nil; refused != streams {
			t.Errorf("a direct invocation of %s: refused %v, streams %v", event, refused, streams)
		}
	}
	if seen < 200 {
		t.Errorf("only %d types", seen)
	}
	raw := signature.Fit{Adapter: "HTTPRaw", In: scope.Lookup("APIGatewayV2HTTPRequest").Type(), Out: scope.Lookup("APIGatewayV2HTTPResponse").Type()}
	if wrong := signature.Event(model.HTTPTrigger, raw); wrong != "" {
		t.Error(wrong)
	}
}
