package lambda

import (
	"context"
	"errors"

	"github.com/seastack/seastack/tools/localcloud/lambda/async"
	"github.com/seastack/seastack/tools/localcloud/lambda/eventsource"
	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/poller"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// registry implements the Functions of the packages below.
type registry struct{ s *Service }

// CheckTx implements Functions of resourcepolicy, provisioned and async.
func (a registry) CheckTx(tx *store.Tx, r names.Reference) error {
	_, _, err := a.s.versionTx(tx, r)
	return err
}

// mappedFunctions implements eventsource.Functions.
type mappedFunctions struct{ s *Service }

// Find implements eventsource.Functions.
func (a mappedFunctions) Find(r names.Reference) (eventsource.Function, error) {
	t, err := a.s.resolve(r)
	if err != nil {
		return eventsource.Function{}, err
	}
	return eventsource.Function{Role: t.role, Timeout: t.primary.Timeout}, nil
}

// Invoke implements eventsource.Functions.
func (a mappedFunctions) Invoke(ctx context.Context, arn string, payload []byte) (poller.Answer, error) {
	res, err := a.s.Invoke(ctx, Invocation{FunctionARN: arn, Payload: payload})
	if errors.Is(err, fleet.ErrClosed) {
		err = poller.ErrStopped
	}
	return poller.Answer{Payload: res.Payload, Failed: res.FunctionError != ""}, err
}

// asyncFunctions implements async.Functions.
type asyncFunctions struct{ registry }

// Find implements async.Functions.
func (a asyncFunctions) Find(r names.Reference) (async.Function, error) {
	t, err := a.s.resolve(r)
	if err != nil {
		return async.Function{}, err
	}
	return async.Function{
		Ref: t.ref, Role: t.role, DeadLetter: t.deadLetter, Disabled: t.reserved != nil && *t.reserved == 0,
		Invoke: func(ctx context.Context, req async.Request) (async.Result, error) {
			res, err := a.s.run(ctx, t, Invocation{Payload: req.Payload, RequestID: req.ID, TraceID: req.TraceID})
			if errors.Is(err, fleet.ErrClosed) {
				err = async.ErrStopped
			}
			return async.Result{Payload: res.Payload, FunctionError: res.FunctionError, ExecutedVersion: res.ExecutedVersion}, err
		},
	}, nil
}

// InvokeAsync implements async.Functions.
func (a asyncFunctions) InvokeAsync(ctx context.Context, arn string, payload []byte) error {
	_, err := a.s.InvokeAsync(ctx, Invocation{FunctionARN: arn, Payload: payload})
	return err
}
