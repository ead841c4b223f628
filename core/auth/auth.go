// Package auth tells handlers of HTTP requests who calls, and authorizers what they
// are asked. It knows what API Gateway passes of a token or of an authorizer's
// answer, and how that becomes a Go value. It knows no route and no issuer: tokens
// are verified, and authorizers asked, before a handler runs.
package auth

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/requestevent"
)

// Caller is who calls a route that has an authorizer. A handler takes it right after
// the context:
//
//	func (n *Notes) List(ctx context.Context, caller auth.Caller[Claims], in ListInput) ([]Note, error)
//
// With auth=jwt, T is a struct for the claims of the token, by their JSON names. API
// Gateway passes claims as strings; fields may be strings, numbers, bools, slices of
// these, and types with UnmarshalJSON or UnmarshalText. A claim that the token lacks
// leaves its field as it is. With an authorizer of the module, T is the type that it
// returns.
type Caller[T any] struct {
	Principal T
	Scopes    []string // those of the route that the token has; empty for authorizers
}

// From returns the caller of the request that a handler of package net/http serves:
//
//	caller, err := auth.From[Claims](r.Context())
//
// The error is a fault of the kind Unauthenticated where nobody has been asked who
// calls, or where what was said does not fit T.
func From[T any](ctx context.Context) (Caller[T], error) {
	e := requestevent.From(ctx)
	if e == nil || e.RequestContext.Authorizer == nil {
		return Caller[T]{}, fault.New(fault.Unauthenticated, "The request does not say who calls.")
	}
	return callerOf[T](*e.RequestContext.Authorizer)
}

// PrincipalKey is the key of the principal, as JSON, in the context of an
// authorizer's answer. The values of that context are flat.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
const PrincipalKey = "seastackPrincipal"

// callerOf returns the caller that API Gateway's authorizer has found.
func callerOf[T any](a events.APIGatewayV2HTTPRequestContextAuthorizerDescription) (c Caller[T], err error) {
	switch {
	case a.JWT != nil:
		c.Scopes = a.JWT.Scopes
		err = decodeClaims(a.JWT.Claims, &c.Principal)
	case a.Lambda != nil:
		err = decodeContext(a.Lambda, &c.Principal)
	default:
		err = errors.New("the request has no claims")
	}
	if err != nil {
		return Caller[T]{}, fault.New(fault.Unauthenticated, "Who calls is not known.").Because(err)
	}
	return c, nil
}
