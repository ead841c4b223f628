package signature

import (
	"go/types"
	"slices"
)

const (
	authPackage = "github.com/seastack/seastack/core/auth"

	authorizerRequest  = eventsPackage + ".APIGatewayV2CustomAuthorizerV2Request"
	authorizerResponse = eventsPackage + ".APIGatewayV2CustomAuthorizerSimpleResponse"
)

// Caller returns T of the auth.Caller[T] that a handler takes, wherever that stands
// among its parameters; nil where it takes none.
func Caller(f *types.Signature) types.Type {
	for v := range f.Params().Variables() {
		if t := deref(v.Type()); isCaller(t) {
			return callerOf(t)
		}
	}
	return nil
}

func isCaller(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	return n.Obj().Pkg().Path() == authPackage && n.Obj().Name() == "Caller" && n.TypeArgs().Len() == 1
}

func callerOf(t types.Type) types.Type {
	return types.Unalias(types.Unalias(t).(*types.Named).TypeArgs().At(0))
}

// withoutCaller returns the signature without an auth.Caller[T] right after the
// context, and T; nil where there is none in this place.
func withoutCaller(f *types.Signature) (*types.Signature, types.Type) {
	params := slices.Collect(f.Params().Variables())
	if len(params) < 2 || !isCaller(params[1].Type()) {
		return f, nil
	}
	rest := types.NewTuple(slices.Delete(slices.Clone(params), 1, 2)...)
	return types.NewSignatureType(nil, nil, nil, rest, f.Results(), f.Variadic()), callerOf(params[1].Type())
}

// matchAuthorizer is for handlers that authorize requests: as core/auth has them, or
// as aws-lambda-go has.
func matchAuthorizer(in, out types.Type) (Fit, bool) {
	switch {
	case typeName(in) == authorizerRequest && typeName(out) == authorizerResponse:
		return Fit{Adapter: "Lambda"}, true
	case typeName(in) != authPackage+".Request" || out == nil:
		return Fit{}, false
	}
	_, named := types.Unalias(deref(out)).(*types.Named)
	return Fit{Adapter: "Authorizer", Out: out}, named && !types.IsInterface(out)
}

// Claims returns why the claims of a token cannot fill a type: API Gateway passes
// them as strings. Empty means that they can.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func Claims(t types.Type) string {
	s, ok := types.Unalias(t).Underlying().(*types.Struct)
	if !ok {
		return Text(t) + " is not a struct"
	}
	for f, name := range jsonFields(s) {
		if name == "" && f.Embedded() {
			if wrong := Claims(f.Type()); wrong != "" {
				return wrong
			}
			continue
		}
		if !fillsClaim(f.Type()) {
			return Text(t) + "." + f.Name() + " is " + Text(f.Type()) + ", which the text of a claim cannot fill"
		}
	}
	return ""
}

// fillsClaim reports whether the text of a claim can become a value of a type: one
// value, or a list of them.
func fillsClaim(t types.Type) bool {
	t = types.Unalias(t)
	if implementsAny(t, "UnmarshalJSON") || parsable(t) {
		return true
	}
	list, ok := t.Underlying().(*types.Slice)
	return ok && parsable(list.Elem())
}
