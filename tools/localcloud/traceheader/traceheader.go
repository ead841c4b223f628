// Package traceheader carries X-Ray's trace header from the service that took a
// request to the one that it goes to, in a context. It does not know what the
// header says.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
package traceheader

import "context"

type key struct{}

// With returns a context with the header. An empty one is none.
func With(ctx context.Context, header string) context.Context {
	if header == "" {
		return ctx
	}
	return context.WithValue(ctx, key{}, header)
}

// From returns the header of a context; empty where there is none.
func From(ctx context.Context) string {
	header, _ := ctx.Value(key{}).(string)
	return header
}
