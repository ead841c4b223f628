package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	gqlerrors "github.com/graph-gophers/graphql-go/errors"

	"github.com/seastack/seastack/core/fault"
)

// internal is the code of an error that is no fault.
const internal = "internal"

// hidden is what is shown of such an error.
const hidden = "The query failed for a reason on our side."

// present makes what the library says of an error what a client may see: the detail
// of a fault, with its kind as the code, and nothing of any other error of a
// resolver, which is logged.
func present(ctx context.Context, e *gqlerrors.QueryError) {
	if e.ResolverError == nil {
		if e.Extensions == nil {
			e.Extensions = map[string]any{"code": fault.Invalid}
		}
		return
	}
	if f, ok := errors.AsType[*fault.Error](e.ResolverError); ok {
		e.Message, e.Extensions = f.Detail, map[string]any{"code": f.Kind}
		if len(f.Fields) > 0 {
			e.Extensions["fields"] = f.Fields
		}
		return
	}
	slog.ErrorContext(ctx, "a field of a query failed", "path", fmt.Sprint(e.Path), "error", e.ResolverError.Error())
	e.Message, e.Extensions = hidden, map[string]any{"code": internal}
}

// panics hides panics from clients, and logs them.
type panics struct{}

// MakePanicError implements errors.PanicHandler of the library.
func (panics) MakePanicError(context.Context, any) *gqlerrors.QueryError {
	return &gqlerrors.QueryError{Message: hidden, Extensions: map[string]any{"code": internal}}
}

// LogPanic implements log.Logger of the library.
func (panics) LogPanic(ctx context.Context, value any) {
	slog.ErrorContext(ctx, "a field of a query panicked", "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
}
