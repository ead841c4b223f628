package function

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/seastack/seastack/core/fault"
)

// Schedule runs f when EventBridge Scheduler says so; what the event holds is
// of no interest. An error makes Lambda try again, as the annotation says.
func Schedule(f func(context.Context) error) Handler { return InvokeDo(f) }

// Invoke serves direct invocations: the payload is one JSON value of type In,
// without unknown members, and is validated when In has a Validate() error; the
// result is the JSON of Out. An error becomes the invocation's error: a fault
// with its kind as errorType and its detail as errorMessage, anything else with
// a text that says nothing and the true one in the log.
//
// In may be a type of aws-lambda-go's events, for a function that one of AWS's
// services invokes: it may have members that the type does not know.
func Invoke[In, Out any](f func(context.Context, In) (Out, error)) Handler {
	err := errors.Join(checkPayload(reflect.TypeFor[In]()), checkResult(reflect.TypeFor[Out]()))
	return invokeHandler(err, func(ctx context.Context, payload []byte) (any, error) {
		in, err := readPayload[In](payload)
		if err != nil {
			return nil, err
		}
		return f(ctx, in)
	})
}

// InvokeIn is Invoke for a function that returns no value; the result is null.
func InvokeIn[In any](f func(context.Context, In) error) Handler {
	return Invoke(func(ctx context.Context, in In) (any, error) { return nil, f(ctx, in) })
}

// InvokeOut is Invoke for a function that takes no input, whatever the payload.
func InvokeOut[Out any](f func(context.Context) (Out, error)) Handler {
	return invokeHandler(checkResult(reflect.TypeFor[Out]()), func(ctx context.Context, _ []byte) (any, error) { return f(ctx) })
}

// InvokeDo is Invoke for a function that takes no input and returns no value.
func InvokeDo(f func(context.Context) error) Handler {
	return invokeHandler(nil, func(ctx context.Context, _ []byte) (any, error) { return nil, f(ctx) })
}

func checkPayload(t reflect.Type) error {
	if isEvent(t) {
		return nil
	}
	return checkJSON(t, map[reflect.Type]bool{})
}

func readPayload[In any](payload []byte) (In, error) {
	var in In
	if isEvent(reflect.TypeFor[In]()) {
		if err := json.Unmarshal(payload, &in); err != nil {
			return in, fault.New(fault.Invalid, "The payload is not valid: %s.", err)
		}
		return in, nil
	}
	if err := decodeStrict(payload, &in); err != nil {
		var wrong fault.Fields
		addMemberError(&wrong, "", err)
		return in, fault.New(fault.Invalid, "The payload is not valid: %s.", strings.TrimSpace(wrong[0].Field+" "+wrong[0].Detail))
	}
	return in, validate(&in)
}

func invokeHandler(err error, serve func(context.Context, []byte) (any, error)) Handler {
	return Handler{err: err, invoke: func(ctx context.Context, payload []byte) ([]byte, error) {
		start := time.Now()
		ctx = traceInvocation(ctx)
		result, err := await(ctx, func() ([]byte, error) {
			value, err := serve(ctx, payload)
			if err != nil {
				return nil, err
			}
			return json.Marshal(value)
		})
		if err != nil {
			traceFailure(ctx, err)
			Logger().LogAttrs(ctx, slog.LevelError, "invocation failed", append(errorAttrs(err), milliseconds(time.Since(start)))...)
			return nil, invocationError(err)
		}
		Logger().LogAttrs(ctx, slog.LevelInfo, "invocation", milliseconds(time.Since(start)))
		return result, nil
	}}
}

// invocationError returns what the invoker may see of an error.
func invocationError(err error) error {
	if known, ok := errors.AsType[*fault.Error](err); ok {
		text := known.Detail
		for _, f := range known.Fields {
			text += " " + f.Field + " " + f.Detail + "."
		}
		return messages.InvokeResponse_Error{Type: string(known.Kind), Message: text}
	}
	return messages.InvokeResponse_Error{Type: "internal", Message: "The invocation failed for a reason on our side."}
}

// errorBody holds what Lambda is told of an error.
func errorBody(err error) []byte {
	shown, ok := errors.AsType[messages.InvokeResponse_Error](err)
	if !ok {
		shown = messages.InvokeResponse_Error{Type: "internal", Message: err.Error()}
	}
	body, _ := json.Marshal(shown) // a struct of texts always has a JSON form
	return body
}
