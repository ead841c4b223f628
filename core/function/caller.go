package function

import (
	"context"
	"errors"
	"reflect"

	"github.com/seastack/seastack/core/auth"
)

// HTTPCaller is HTTP for a function that takes who calls as well. A request that says
// nobody, or whose claims do not fit T, is answered with 401.
func HTTPCaller[T, In, Out any](
	f func(context.Context, auth.Caller[T], In) (Out, error), options ...HTTPOption,
) Handler {
	return withCaller[T](HTTP(func(ctx context.Context, in In) (out Out, err error) {
		caller, err := auth.From[T](ctx)
		if err != nil {
			return out, err
		}
		return f(ctx, caller, in)
	}, options...))
}

// HTTPCallerIn is HTTPCaller for a function that returns no value.
func HTTPCallerIn[T, In any](f func(context.Context, auth.Caller[T], In) error, options ...HTTPOption) Handler {
	return withCaller[T](HTTPIn(func(ctx context.Context, in In) error {
		caller, err := auth.From[T](ctx)
		if err != nil {
			return err
		}
		return f(ctx, caller, in)
	}, options...))
}

// HTTPCallerOut is HTTPCaller for a function that takes no input.
func HTTPCallerOut[T, Out any](f func(context.Context, auth.Caller[T]) (Out, error), options ...HTTPOption) Handler {
	return withCaller[T](HTTPOut(func(ctx context.Context) (out Out, err error) {
		caller, err := auth.From[T](ctx)
		if err != nil {
			return out, err
		}
		return f(ctx, caller)
	}, options...))
}

// HTTPCallerDo is HTTPCaller for a function that takes no input and returns no value.
func HTTPCallerDo[T any](f func(context.Context, auth.Caller[T]) error, options ...HTTPOption) Handler {
	return withCaller[T](HTTPDo(func(ctx context.Context) error {
		caller, err := auth.From[T](ctx)
		if err != nil {
			return err
		}
		return f(ctx, caller)
	}, options...))
}

// withCaller adds what is wrong with the type of a handler's caller.
func withCaller[T any](h Handler) Handler {
	h.err = errors.Join(h.err, checkJSON(reflect.TypeFor[T](), map[reflect.Type]bool{}))
	return h
}
