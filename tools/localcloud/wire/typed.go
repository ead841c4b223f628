package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Typed returns the Handle of an operation whose function has typed input and
// output. For JSON and RESTJSON the body is decoded into In (its members by their
// JSON tags); variables of the path and the query string are in Call. For Query
// use TypedForm.
func Typed[In, Out any](f func(context.Context, *Call, *In) (*Out, error)) func(context.Context, *Call) (any, error) {
	return func(ctx context.Context, c *Call) (any, error) {
		in := new(In)
		if len(bytes.TrimSpace(c.Body)) > 0 {
			if err := json.Unmarshal(c.Body, in); err != nil {
				return nil, Errorf(http.StatusBadRequest, "SerializationException", "%v", err)
			}
		}
		return output(f(ctx, c, in))
	}
}

// TypedForm is Typed for the Query protocol: the form is decoded into In, whose
// fields have the names of the members; lists are "<Name>.member.<n>".
func TypedForm[In, Out any](f func(context.Context, *Call, *In) (*Out, error)) func(context.Context, *Call) (any, error) {
	return func(ctx context.Context, c *Call) (any, error) {
		in := new(In)
		if err := DecodeForm(c.Query, in); err != nil {
			return nil, Errorf(http.StatusBadRequest, "ValidationError", "%s: %v", c.Operation, err)
		}
		return output(f(ctx, c, in))
	}
}

// output keeps a nil *Out from becoming an interface that is not nil.
func output[Out any](out *Out, err error) (any, error) {
	if err != nil || out == nil {
		return nil, err
	}
	return out, nil
}

// Peek decodes the members of a JSON call's body that T has, for Resource
// functions, which run before the operation. It returns the zero value if the
// body is not JSON: the operation itself reports that.
func Peek[T any](c *Call) T {
	var v T
	_ = json.Unmarshal(c.Body, &v)
	return v
}

// Seconds returns a time as the JSON protocols write it: seconds since 1970, to
// the millisecond.
func Seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
