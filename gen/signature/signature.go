// Package signature compares Go functions with what core/function can adapt:
// which adapter fits a handler, whether its input can be filled from a request
// and whether what it takes and returns can travel as JSON. It knows go/types and
// the rules of core/function; it knows nothing of annotations, of stacks or of
// where a type was loaded from.
package signature

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/model"
)

// Problem is what does not fit. Pos is that of a field, or not valid when the
// handler itself is meant.
type Problem struct {
	Code    string
	Pos     token.Pos
	Message string
	Details []string
	Next    string
}

// Fit is how a handler is adapted. In, Out and Caller are nil where the adapter has
// none.
type Fit struct {
	Adapter string // as in model.Handler
	In, Out types.Type
	Caller  types.Type // T of the auth.Caller[T] that the handler takes
}

const (
	rawRequest  = eventsPackage + ".APIGatewayV2HTTPRequest"
	rawResponse = eventsPackage + ".APIGatewayV2HTTPResponse"
)

// shapes are the signatures that fit a trigger, as people read them.
func shapes(kind model.TriggerKind) []string {
	invocable := []string{
		"func(context.Context, In) (Out, error)",
		"func(context.Context, In) error",
		"func(context.Context) (Out, error)",
		"func(context.Context) error",
	}
	switch kind {
	case model.HTTPTrigger:
		return append(invocable, "func(context.Context, auth.Caller[T][, In]) ([Out, ]error)",
			"func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)",
			"func(http.ResponseWriter, *http.Request)", "func() http.Handler")
	case model.QueueTrigger:
		return []string{"func(context.Context, Message) error", "func(context.Context, []Message) error"}
	case model.EventTrigger:
		return []string{"func(context.Context, Event) error", "func(context.Context, []Event) error"}
	case model.ObjectTrigger:
		return []string{"func(context.Context, blob.Object[T]) error", "func(context.Context, []blob.Object[T]) error"}
	case model.ScheduleTrigger:
		return []string{"func(context.Context) error"}
	case model.AuthorizerTrigger:
		return []string{"func(context.Context, auth.Request) (Principal, error)",
			"func(context.Context, events.APIGatewayV2CustomAuthorizerV2Request) (events.APIGatewayV2CustomAuthorizerSimpleResponse, error)"}
	}
	return append(invocable, "func(context.Context, []byte) ([]byte, error)", "func([In]) ([Out, ]error)", "func() lambda.Handler")
}

// Match finds the adapter for a handler; false when none fits.
func Match(kind model.TriggerKind, f *types.Signature) (Fit, bool) {
	if adapter := matchNetHTTP(f); adapter != "" && kind == model.HTTPTrigger {
		return Fit{Adapter: adapter}, true
	}
	f, caller := withoutCaller(f)
	if caller != nil && kind != model.HTTPTrigger {
		return Fit{}, false
	}
	in, out, ok := parts(f)
	if kind == model.InvokeTrigger {
		if adapter := matchLambda(f, in, out, ok); adapter != "" {
			return Fit{Adapter: adapter}, true
		}
	}
	if !ok || isCaller(deref(in)) {
		return Fit{}, false
	}
	fit := Fit{In: in, Out: out, Caller: caller}
	switch kind {
	case model.HTTPTrigger:
		if raw, isRaw := matchRaw(in, out); isRaw {
			return raw, raw.Adapter != "" && caller == nil
		}
		fit.Adapter = "HTTP" + suffix(in, out)
		if caller != nil {
			fit.Adapter = "HTTPCaller" + suffix(in, out)
		}
	case model.AuthorizerTrigger:
		return matchAuthorizer(in, out)
	case model.QueueTrigger, model.EventTrigger, model.ObjectTrigger:
		return matchMessages(kind, in, out)
	case model.ScheduleTrigger:
		fit.Adapter = "Schedule"
		return fit, in == nil && out == nil
	default:
		fit.Adapter = "Invoke" + suffix(in, out)
	}
	return fit, true
}

// matchLambda returns the adapter of handlers of aws-lambda-go that are none of our
// own kind: without a context, with the payload's bytes, or made by a function; ""
// for others.
// https://pkg.go.dev/github.com/aws/aws-lambda-go/lambda#Start
func matchLambda(f *types.Signature, in, out types.Type, typed bool) string {
	params, results := f.Params(), f.Results()
	switch {
	case params.Len() == 0 && results.Len() == 1 && isLambdaHandler(results.At(0).Type()):
		return "LambdaHandler"
	case typed && typeName(in) == "[]byte" && typeName(out) == "[]byte":
		return "LambdaBytes"
	case typed || f.Variadic() || params.Len() > 1 || results.Len() > 2:
		return ""
	case params.Len() == 1 && typeName(params.At(0).Type()) == "context.Context" && results.Len() == 0,
		results.Len() == 0, isError(results.At(results.Len() - 1).Type()):
		return "Lambda"
	}
	return ""
}

func isLambdaHandler(t types.Type) bool {
	name := typeName(t)
	return name == lambdaHandler || strings.HasSuffix(name, "/vendor/"+lambdaHandler)
}

const lambdaHandler = "github.com/aws/aws-lambda-go/lambda.Handler"

// matchMessages is for handlers of messages, events or objects: of one, or of a
// batch. In is the type of one; for objects, the type that declares their bucket.
func matchMessages(kind model.TriggerKind, in, out types.Type) (Fit, bool) {
	fit := Fit{Adapter: "On", In: in}
	if kind == model.QueueTrigger {
		fit.Adapter = "Consume"
	}
	if s, ok := in.(*types.Slice); ok {
		fit.Adapter += "Batch"
		fit.In = types.Unalias(s.Elem())
	}
	if kind == model.ObjectTrigger {
		fit.In = objectOf(fit.In)
	}
	_, named := fit.In.(*types.Named)
	return fit, named && out == nil
}

// objectOf returns the type T of a blob.Object[T]; nil of another type.
func objectOf(t types.Type) types.Type {
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != blobPackage || named.Obj().Name() != "Object" {
		return nil
	}
	return types.Unalias(named.TypeArgs().At(0))
}

const blobPackage = "github.com/seastack/seastack/core/blob"

// matchNetHTTP returns the adapter of handlers of package net/http; "" for others.
func matchNetHTTP(f *types.Signature) string {
	var in, out []string
	for v := range f.Params().Variables() {
		in = append(in, typeName(v.Type()))
	}
	for v := range f.Results().Variables() {
		out = append(out, typeName(v.Type()))
	}
	switch {
	case slices.Equal(in, []string{"net/http.ResponseWriter", "*net/http.Request"}) && len(out) == 0:
		return "HTTPFunc"
	case len(in) == 0 && slices.Equal(out, []string{"net/http.Handler"}):
		return "HTTPHandler"
	}
	return ""
}

// matchRaw is for handlers that take or give API Gateway's own types: both, or
// neither.
func matchRaw(in, out types.Type) (fit Fit, isRaw bool) {
	takes, returns := typeName(in) == rawRequest, typeName(out) == rawResponse
	switch {
	case takes && returns:
		return Fit{Adapter: "HTTPRaw"}, true
	case takes || returns:
		return Fit{}, true
	}
	return Fit{}, false
}

func suffix(in, out types.Type) string {
	switch {
	case in != nil && out != nil:
		return ""
	case in != nil:
		return "In"
	case out != nil:
		return "Out"
	}
	return "Do"
}

// parts takes func(context.Context[, In]) ([Out, ]error) apart.
func parts(f *types.Signature) (in, out types.Type, ok bool) {
	params, results := f.Params(), f.Results()
	if f.Variadic() || params.Len() < 1 || params.Len() > 2 || results.Len() < 1 || results.Len() > 2 {
		return nil, nil, false
	}
	if typeName(params.At(0).Type()) != "context.Context" || !isError(results.At(results.Len()-1).Type()) {
		return nil, nil, false
	}
	if params.Len() == 2 {
		in = types.Unalias(params.At(1).Type())
	}
	if results.Len() == 2 {
		out = types.Unalias(results.At(0).Type())
	}
	return in, out, true
}

func typeName(t types.Type) string {
	if t == nil {
		return ""
	}
	return types.TypeString(types.Unalias(t), nil)
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// Misfit says which signatures would fit instead.
func Misfit(kind model.TriggerKind, handler string, f *types.Signature) (message string, details []string, next string) {
	message = fmt.Sprintf("%s is %s, which is not a handler %s", handler, Text(f), of(kind))
	for _, s := range shapes(kind) {
		details = append(details, "fits: "+s)
	}
	next = "give it one of these signatures"
	if len(details) == 1 {
		next = "give it this signature"
	}
	switch kind {
	case model.QueueTrigger:
		next += "; Message is the type that declares the queue, by value"
	case model.EventTrigger:
		next += "; Event is the type that declares the event, by value"
	case model.ObjectTrigger:
		next += "; T is the type that declares the bucket"
	}
	return message, details, next
}

func of(kind model.TriggerKind) string {
	switch kind {
	case model.HTTPTrigger:
		return "of HTTP requests"
	case model.QueueTrigger:
		return "of messages"
	case model.EventTrigger:
		return "of events"
	case model.ObjectTrigger:
		return "of objects"
	case model.ScheduleTrigger:
		return "of a schedule"
	case model.AuthorizerTrigger:
		return "that authorizes requests"
	}
	return "of direct invocations"
}

// Text writes a type as source would, with packages' names for their paths.
func Text(t types.Type) string {
	text := types.TypeString(t, func(p *types.Package) string { return p.Name() })
	return strings.ReplaceAll(text, "interface{}", "any")
}
