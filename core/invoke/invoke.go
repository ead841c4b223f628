// Package invoke provides typed handles on other Lambda functions. It knows how a
// function is invoked and where its ARN stands; it must not know any function's
// types. Whoever takes a Caller in a constructor may invoke the one function
// without a trigger that takes the Caller's In, and nothing else.
package invoke

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/awsconf"
)

// The most bytes that an input's JSON may have: 6 MB for Call, 1 MB for Start.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	MaxCall  = 6 << 20
	MaxStart = 1 << 20
)

// Caller invokes one function. In is what the function takes and Out what it
// returns, or None where it returns nothing but an error.
//
// Call waits for the result. Start returns when Lambda holds the invocation, which
// then runs on its own, and again if it fails; what becomes of it in the end is set
// with the function's annotation. Both may run the function more than once.
//
// The caller's timeout must leave room for the called function's. An invocation
// that waits for a function which waits for the caller takes up an instance of
// each.
type Caller[In, Out any] interface {
	Call(ctx context.Context, in In) (Out, error)
	Start(ctx context.Context, in In) error
}

// None is the Out of a function that returns nothing but an error.
type None struct{}

// CallerFunc is a Caller made of a function, as tests like it. Start calls the
// function, too.
type CallerFunc[In, Out any] func(ctx context.Context, in In) (Out, error)

// Call calls the function.
func (f CallerFunc[In, Out]) Call(ctx context.Context, in In) (Out, error) { return f(ctx, in) }

// Start calls the function, and drops its result.
func (f CallerFunc[In, Out]) Start(ctx context.Context, in In) error {
	_, err := f(ctx, in)
	return err
}

// NewCaller returns the caller of the function STACK/FUNCTION, whose ARN stands in
// the variable that ARNVariable returns. It makes no request.
func NewCaller[In, Out any](ctx context.Context, function string) (Caller[In, Out], error) {
	arn := os.Getenv(ARNVariable(function))
	if arn == "" {
		return nil, fmt.Errorf("function %s: the environment has no %s", function, ARNVariable(function))
	}
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("function %s: %w", function, err)
	}
	return &caller[In, Out]{name: function, arn: arn, client: lambda.NewFromConfig(cfg)}, nil
}

// ARNVariable returns the name of the variable that holds the ARN of a function's
// alias: SEASTACK_INVOKE_REPORTS_MAKE_ARN for "reports/make".
func ARNVariable(function string) string {
	return "SEASTACK_INVOKE_" + strings.ToUpper(strings.NewReplacer("-", "_", "/", "_").Replace(function)) + "_ARN"
}

type caller[In, Out any] struct {
	name, arn string
	client    *lambda.Client
}

// Call returns an *Error when the function fails, which is a fault of its kind when
// the function has answered with one. What Lambda itself refuses is Unavailable,
// after three tries of the SDK, and ErrThrottled where that is why.
func (c *caller[In, Out]) Call(ctx context.Context, in In) (result Out, err error) {
	payload, err := c.payload(in, MaxCall)
	if err != nil {
		return result, err
	}
	ctx, span := c.trace(ctx)
	defer func() { span.End(err) }()
	out, err := c.client.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: &c.arn, Payload: payload, ClientContext: clientContext(ctx),
	})
	switch {
	case err != nil:
		return result, c.refused(err)
	case out.FunctionError != nil:
		return result, functionError(c.name, out.Payload)
	}
	if _, none := any(result).(None); none {
		return result, nil
	}
	if err := json.Unmarshal(out.Payload, &result); err != nil {
		return result, fmt.Errorf("function %s: its result: %w", c.name, err)
	}
	return result, nil
}

// Start returns nil when Lambda has accepted the invocation.
func (c *caller[In, Out]) Start(ctx context.Context, in In) (err error) {
	payload, err := c.payload(in, MaxStart)
	if err != nil {
		return err
	}
	ctx, span := c.trace(ctx)
	defer func() { span.End(err) }()
	_, err = c.client.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: &c.arn, Payload: payload, InvocationType: types.InvocationTypeEvent,
	}, withTraceHeader(ctx))
	if err != nil {
		return c.refused(err)
	}
	return nil
}

// payload returns the input's JSON, if it is not larger than Lambda takes.
func (c *caller[In, Out]) payload(in In, limit int) ([]byte, error) {
	payload, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("function %s: %w", c.name, err)
	}
	if len(payload) > limit {
		return nil, fmt.Errorf("function %s: the input has %d bytes; Lambda takes %d", c.name, len(payload), limit)
	}
	return payload, nil
}

// ErrThrottled is in the chain of an error when Lambda has turned the invocation
// away because too many run at once.
var ErrThrottled = errors.New("throttled by Lambda")

// refused returns the error of an invocation that Lambda has not run.
func (c *caller[In, Out]) refused(err error) error {
	cause := fmt.Errorf("function %s: %w", c.name, err)
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok && response.HTTPStatusCode() == http.StatusTooManyRequests {
		cause = fmt.Errorf("function %s: %w: %w", c.name, ErrThrottled, err)
	}
	return fault.New(fault.Unavailable, "What the request needs cannot be done at the moment.").Because(cause)
}

// Error is the failure of an invoked function.
type Error struct {
	Function string // STACK/FUNCTION
	Type     string // a fault's kind, "internal", or Lambda's own, such as Sandbox.Timedout
	Message  string
}

func (e *Error) Error() string { return "function " + e.Function + ": " + e.Type + ": " + e.Message }

// functionError returns the error that a payload describes.
func functionError(function string, payload []byte) error {
	var answer struct{ ErrorType, ErrorMessage string }
	if err := json.Unmarshal(payload, &answer); err != nil {
		answer.ErrorMessage = string(payload)
	}
	e := &Error{Function: function, Type: answer.ErrorType, Message: answer.ErrorMessage}
	if kind, ok := fault.ParseKind(answer.ErrorType); ok {
		return fault.New(kind, "%s", answer.ErrorMessage).Because(e)
	}
	return e
}
