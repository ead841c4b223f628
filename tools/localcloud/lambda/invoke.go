package lambda

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/async"
	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// The largest payloads, in bytes: 6 MB, and 1 MB (256 KB until October 2025) if
// the invocation is asynchronous.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
const (
	maxPayload      = 6 << 20
	maxAsyncPayload = 1 << 20
)

// Invocation is one call of a function.
type Invocation struct {
	FunctionARN   string // or its name, or a partial ARN; with a qualifier or without
	Payload       []byte // JSON; empty means {}
	Principal     string // a service ("apigateway.amazonaws.com"): the resource policy must allow it; empty: it is not checked
	SourceARN     string // on whose behalf a service calls
	ClientContext string // JSON
	TraceID       string
	RequestID     string // chosen if empty
	LogTail       bool
	// Nested is true if another function waits for this invocation, in its own
	// instance. If all instances are busy it is then throttled, as AWS does at
	// its limit: if it waited, functions that call each other could wait forever.
	Nested bool

	stream sandbox.Stream // receives the answer as it comes; nil: it is the result's payload
}

// Result is the result of a synchronous invocation.
type Result struct {
	Payload         []byte
	FunctionError   string // "Unhandled" when Payload is an error
	ExecutedVersion string
	RequestID       string
	LogTail         []byte // the last 4 KiB of the log, if it was requested
	Duration        time.Duration
	InitDuration    time.Duration // zero for a warm start
	MaxMemoryMB     int           // zero if the system does not report it (macOS)
}

// Invoke runs a function and waits for its answer. Errors are *wire.Error with
// AWS's codes; a failure of the function is not an error, but sets FunctionError.
// ctx bounds the wait for an instance; a running invocation is not interrupted.
func (s *Service) Invoke(ctx context.Context, in Invocation) (Result, error) {
	t, err := s.admit(&in, maxPayload)
	if err != nil {
		return Result{}, err
	}
	return s.run(ctx, t, in)
}

// InvokeAsync stores an invocation, and returns the ID of its request. It runs in
// the background, up to three times, also after a restart of the local cloud.
func (s *Service) InvokeAsync(_ context.Context, in Invocation) (requestID string, err error) {
	t, err := s.admit(&in, maxAsyncPayload)
	if err != nil {
		return "", err
	}
	req := async.Request{ID: in.RequestID, TraceID: in.TraceID, Payload: in.Payload}
	if err := s.events.Add(t.ref, req); err != nil {
		return "", err
	}
	return in.RequestID, nil
}

// CheckInvoke returns nil if the function exists and its policy lets in.Principal
// invoke it.
func (s *Service) CheckInvoke(in Invocation) error {
	_, err := s.admit(&in, maxAsyncPayload)
	return err
}

// admit finds the invoked function, and checks the caller and the payload.
func (s *Service) admit(in *Invocation, limit int) (*target, error) {
	r, err := s.names.Parse(in.FunctionARN, "")
	if err != nil {
		return nil, err
	}
	t, err := s.resolve(r)
	if err != nil {
		return nil, err
	}
	if in.Principal != "" {
		if err := s.policies.Permit(r, in.Principal, in.SourceARN); err != nil {
			return nil, err
		}
	}
	if in.RequestID == "" {
		in.RequestID = uuid.NewString()
	}
	return t, checkPayload(in, limit)
}

func checkPayload(in *Invocation, limit int) error {
	if n := len(in.Payload); n > limit {
		text := fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", limit)
		if limit == maxAsyncPayload {
			text = fmt.Sprintf("%d byte payload is too large for the Event invocation type (limit %d bytes)", n, limit)
		}
		return apierror.User(http.StatusRequestEntityTooLarge, "RequestTooLargeException", "%s", text)
	}
	if len(in.Payload) == 0 {
		in.Payload = []byte("{}")
	}
	if !json.Valid(in.Payload) {
		var any json.RawMessage
		return apierror.User(http.StatusBadRequest, "InvalidRequestContentException",
			"Could not parse request body into json: Could not parse payload into json: %v", json.Unmarshal(in.Payload, &any))
	}
	return nil
}

func (s *Service) run(ctx context.Context, t *target, in Invocation) (Result, error) {
	end := s.observe(t, in)
	res, err := s.runUnmeasured(ctx, t, in)
	end(res, err)
	s.measure(t, res, err)
	return res, err
}

func (s *Service) runUnmeasured(ctx context.Context, t *target, in Invocation) (Result, error) {
	release, err := s.slots.acquire(t.ref.Name, t.reserved, t.pool)
	if err != nil {
		return Result{}, err
	}
	defer release()
	wait := s.opt.slotWait
	if in.Nested {
		wait = nestedWait
	}
	rev := t.pick()
	if rev.Debug != nil {
		wait = rev.Timeout // its one instance may be stopped
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	end, err := s.fleet.Run(ctx, rev, sandbox.Request{
		ID: in.RequestID, FunctionARN: t.arn, ClientContext: in.ClientContext, Payload: in.Payload,
		TraceID: cmp.Or(in.TraceID, traceID(s.env.Now())), Timeout: rev.Timeout,
		Stream: in.stream,
	})
	if err != nil {
		return Result{}, runError(err)
	}
	res := Result{
		Payload: end.Payload, ExecutedVersion: rev.Version, RequestID: in.RequestID,
		Duration: end.Duration, InitDuration: end.Init, MaxMemoryMB: end.MaxMemoryMB,
	}
	if end.Status != sandbox.Answered {
		res.FunctionError = "Unhandled"
	}
	if in.LogTail {
		res.LogTail = end.Tail
	}
	return res, nil
}

// nestedWait is how long a nested invocation waits for an instance: long enough
// for an instance that has just answered.
const nestedWait = 500 * time.Millisecond

// runError returns AWS's error for an invocation that did not run.
func runError(err error) error {
	var known *wire.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, fleet.ErrBusy):
		return apierror.Throttled("ConcurrentInvocationLimitExceeded")
	}
	e := apierror.User(http.StatusInternalServerError, "ServiceException", "%v", err)
	e.Fields["Type"] = "Service"
	return fmt.Errorf("%w%w", e, hidden{err})
}

// hidden is an error that errors.Is finds, but that adds nothing to a message.
type hidden struct{ err error }

func (hidden) Error() string   { return "" }
func (h hidden) Unwrap() error { return h.err }

// traceID returns an X-Ray header for an invocation without one.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func traceID(now time.Time) string {
	a, b := uuid.New(), uuid.New()
	return fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=0", now.Unix(), a[:12], b[:8])
}
