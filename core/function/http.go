package function

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/internal/requestevent"
)

// MaxBodyDefault is how many bytes of JSON body an HTTP handler takes unless
// MaxBody says otherwise; a larger one is answered with 413. It is well below
// what API Gateway passes on: 10 MB for a request, and Lambda's 6 MB for the
// whole event, of which base64 takes a quarter.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxBodyDefault = 1 << 20

// HTTPOption changes how an HTTP handler answers.
type HTTPOption func(*httpOptions)

type httpOptions struct {
	status  int
	maxBody int
}

// Status sets the status of a successful answer; without it, 200 where there is
// a value to give and 204 where there is none.
func Status(code int) HTTPOption { return func(o *httpOptions) { o.status = code } }

// MaxBody sets how many bytes the body may have; a larger one is answered with
// 413.
func MaxBody(bytes int) HTTPOption { return func(o *httpOptions) { o.maxBody = bytes } }

// HTTP serves requests with a function that takes an input and returns a value.
// The input's fields are filled by their tags: path, query, header (texts,
// numbers, booleans, RFC 3339 times, durations, encoding.TextUnmarshaler and
// pointers to these; slices from a query) and json. An input with a
// Validate() error is validated. The value is answered as JSON.
func HTTP[In, Out any](f func(context.Context, In) (Out, error), options ...HTTPOption) Handler {
	in, err := newInput[In]()
	err = errors.Join(err, checkHTTP(reflect.TypeFor[In](), reflect.TypeFor[Out]()))
	return httpHandler(err, http.StatusOK, options, func(ctx context.Context, req *request, o httpOptions) (any, error) {
		value, err := in.read(req, o.maxBody)
		if err != nil {
			return nil, err
		}
		return f(ctx, value)
	})
}

// HTTPIn is HTTP for a function that returns no value.
func HTTPIn[In any](f func(context.Context, In) error, options ...HTTPOption) Handler {
	in, err := newInput[In]()
	err = errors.Join(err, checkHTTP(reflect.TypeFor[In]()))
	return httpHandler(err, http.StatusNoContent, options, func(ctx context.Context, req *request, o httpOptions) (any, error) {
		value, err := in.read(req, o.maxBody)
		if err != nil {
			return nil, err
		}
		return nothing{}, f(ctx, value)
	})
}

// HTTPOut is HTTP for a function that takes no input.
func HTTPOut[Out any](f func(context.Context) (Out, error), options ...HTTPOption) Handler {
	return httpHandler(checkHTTP(reflect.TypeFor[Out]()), http.StatusOK, options, func(ctx context.Context, _ *request, _ httpOptions) (any, error) {
		return f(ctx)
	})
}

// HTTPDo is HTTP for a function that takes no input and returns no value.
func HTTPDo(f func(context.Context) error, options ...HTTPOption) Handler {
	return httpHandler(nil, http.StatusNoContent, options, func(ctx context.Context, _ *request, _ httpOptions) (any, error) {
		return nothing{}, f(ctx)
	})
}

// HTTPRaw serves requests with a function that reads the event and writes the
// answer itself; only its errors are mapped.
func HTTPRaw(f func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)) Handler {
	return httpHandler(nil, http.StatusOK, nil, func(ctx context.Context, req *request, _ httpOptions) (any, error) {
		response, err := f(ctx, req.APIGatewayV2HTTPRequest)
		return whole(response), err
	})
}

// nothing is the value of a function that returns none.
type nothing struct{}

// whole is the value of a function that writes the whole response.
type whole events.APIGatewayV2HTTPResponse

type serve func(context.Context, *request, httpOptions) (any, error)

func httpHandler(err error, status int, options []HTTPOption, serve serve) Handler {
	o := httpOptions{status: status, maxBody: MaxBodyDefault}
	for _, option := range options {
		option(&o)
	}
	if o.status < 200 || o.status > 399 {
		err = errors.Join(err, errors.New("the status of a success must be in 200..399"))
	}
	return Handler{err: err, invoke: func(ctx context.Context, event []byte) ([]byte, error) {
		req, err := readRequest(event)
		if err != nil {
			return nil, err
		}
		return answerOf(ctx, answer(ctx, req, o, serve))
	}}
}

// answerOf returns a response as Lambda takes it: one that is too large is a problem.
func answerOf(ctx context.Context, response events.APIGatewayV2HTTPResponse) ([]byte, error) {
	out, err := json.Marshal(response)
	if err != nil {
		return nil, err
	}
	if err := checkAnswer(ctx, out); err != nil {
		return json.Marshal(failure(ctx, err))
	}
	return out, nil
}

// answer serves one request; whatever happens, there is a response.
func answer(ctx context.Context, req *request, o httpOptions, serve serve) events.APIGatewayV2HTTPResponse {
	start := time.Now()
	ctx = traceRequest(requestevent.With(ctx, &req.APIGatewayV2HTTPRequest), req)
	response, err := await(ctx, func() (events.APIGatewayV2HTTPResponse, error) {
		value, err := serve(ctx, req, o)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		return success(o.status, value)
	})
	if err != nil {
		response = failure(ctx, err)
	}
	traceStatus(ctx, response.StatusCode, err)
	logRequest(ctx, req.RouteKey, response.StatusCode, time.Since(start), err)
	return response
}

func success(status int, value any) (events.APIGatewayV2HTTPResponse, error) {
	if raw, ok := value.(whole); ok {
		return events.APIGatewayV2HTTPResponse(raw), nil
	}
	response := events.APIGatewayV2HTTPResponse{StatusCode: status}
	if _, ok := value.(nothing); ok || status == http.StatusNoContent {
		return response, nil
	}
	// A result that is an interface shows its type only now.
	if err := checkBody(reflect.TypeOf(value)); err != nil {
		return response, err
	}
	body, err := json.Marshal(value)
	if err != nil {
		return response, err
	}
	response.Headers = map[string]string{"content-type": "application/json"}
	response.Body = string(body)
	return response, nil
}

func failure(ctx context.Context, err error) events.APIGatewayV2HTTPResponse {
	p := problemOf(ctx, err)
	body, _ := json.Marshal(p) // a struct of texts and numbers always has a JSON form
	return events.APIGatewayV2HTTPResponse{
		StatusCode: p.Status,
		Headers:    map[string]string{"content-type": "application/problem+json"},
		Body:       string(body),
	}
}

// logRequest writes one line for each request. The error of an answer below 500
// is the caller's; of the others it is ours, with the stack if it was a panic.
func logRequest(ctx context.Context, route string, status int, took time.Duration, err error) {
	attrs := []slog.Attr{slog.String("route", route), slog.Int("status", status), milliseconds(took)}
	level := slog.LevelInfo
	if err != nil {
		attrs = append(attrs, errorAttrs(err)...)
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	Logger().LogAttrs(ctx, level, "request", attrs...)
}

func milliseconds(d time.Duration) slog.Attr {
	return slog.Float64("durationMs", float64(d.Microseconds())/1000)
}

func errorAttrs(err error) []slog.Attr {
	attrs := []slog.Attr{slog.String("error", err.Error())}
	if p, ok := errors.AsType[*panicked](err); ok {
		attrs = append(attrs, slog.String("stack", p.stack))
	}
	return attrs
}
