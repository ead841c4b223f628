// Package requestevent keeps the event of an HTTP request in the request's context,
// for the packages of core that adapt requests and that tell who calls.
package requestevent

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

type key struct{}

// With returns a context with the event.
func With(ctx context.Context, e *events.APIGatewayV2HTTPRequest) context.Context {
	return context.WithValue(ctx, key{}, e)
}

// From returns the event of a context; nil where there is none.
func From(ctx context.Context) *events.APIGatewayV2HTTPRequest {
	e, _ := ctx.Value(key{}).(*events.APIGatewayV2HTTPRequest)
	return e
}
