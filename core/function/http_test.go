package function_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/function"
)

type greeting struct {
	Text string `json:"text"`
}

func TestAnswersOfEachShape(t *testing.T) {
	type in struct {
		Name string `query:"name"`
	}
	json := map[string]string{"content-type": "application/json"}
	for name, c := range map[string]struct {
		handler function.Handler
		want    events.APIGatewayV2HTTPResponse
	}{
		"value": {
			function.HTTP(func(_ context.Context, i in) (greeting, error) { return greeting{"Hello " + i.Name}, nil }),
			events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: json, Body: `{"text":"Hello Ada"}`},
		},
		"value with a status": {
			function.HTTP(func(_ context.Context, i in) (*greeting, error) { return &greeting{i.Name}, nil }, function.Status(201)),
			events.APIGatewayV2HTTPResponse{StatusCode: 201, Headers: json, Body: `{"text":"Ada"}`},
		},
		"no input": {
			function.HTTPOut(func(context.Context) ([]int, error) { return []int{1}, nil }),
			events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: json, Body: `[1]`},
		},
		"nothing at all": {
			function.HTTPDo(func(context.Context) error { return nil }, function.Status(202)),
			events.APIGatewayV2HTTPResponse{StatusCode: 202},
		},
		"raw": {
			function.HTTPRaw(func(_ context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
				return events.APIGatewayV2HTTPResponse{StatusCode: 302, Headers: map[string]string{"location": "/?" + r.RawQueryString}}, nil
			}),
			events.APIGatewayV2HTTPResponse{StatusCode: 302, Headers: map[string]string{"location": "/?name=Ada"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, serve(t, c.handler, call{query: "name=Ada"})); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorsBecomeProblems(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want function.Problem
	}{
		"not found":      {fault.New(fault.NotFound, "No such thing."), function.Problem{Status: 404, Title: "Not Found", Detail: "No such thing."}},
		"wrapped":        {fmt.Errorf("x: %w", fault.New(fault.Conflict, "Taken.")), function.Problem{Status: 409, Title: "Conflict", Detail: "Taken."}},
		"with its cause": {fault.New(fault.Unavailable, "Later.").Because(errors.New("secret")), function.Problem{Status: 503, Title: "Service Unavailable", Detail: "Later."}},
		"stranger":       {fault.New(fault.Unauthenticated, "Who?"), function.Problem{Status: 401, Title: "Unauthorized", Detail: "Who?"}},
		"not allowed":    {fault.New(fault.Forbidden, "No."), function.Problem{Status: 403, Title: "Forbidden", Detail: "No."}},
		"too many":       {fault.New(fault.TooMany, "Slowly."), function.Problem{Status: 429, Title: "Too Many Requests", Detail: "Slowly."}},
		"invalid": {
			fault.Fields{{Field: "a", Detail: "is b"}}.Err(),
			function.Problem{Status: 422, Title: "Unprocessable Entity", Detail: "The input is not valid.", Errors: []fault.Field{{Field: "a", Detail: "is b"}}},
		},
		"own problem": {&function.Problem{Status: 418, Title: "Teapot", Type: "https://example.com/teapot"}, function.Problem{Status: 418, Title: "Teapot", Type: "https://example.com/teapot"}},
		"too slow":    {fmt.Errorf("query: %w", context.DeadlineExceeded), function.Problem{Status: 503, Title: "Service Unavailable", Detail: "The request took too long."}},
		"defect":      {errors.New("password=secret"), function.Problem{Status: 500, Title: "Internal Server Error", Detail: "The request failed for a reason on our side."}},
	} {
		t.Run(name, func(t *testing.T) {
			response := serve(t, function.HTTPDo(func(context.Context) error { return c.err }), call{})
			if strings.Contains(response.Body, "secret") {
				t.Errorf("what is inside got out: %s", response.Body)
			}
			c.want.RequestID = "request-1"
			if diff := cmp.Diff(c.want, problem(t, response)); diff != "" {
				t.Errorf("problem (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPanicsAndValuesWithoutJSONAreAnswered(t *testing.T) {
	for name, h := range map[string]function.Handler{
		"panic": function.HTTPDo(func(context.Context) error { panic("secret") }),
		//lint:ignore SA5000 it is there to panic
		"nil map": function.HTTPDo(func(context.Context) error { var m map[string]int; m["secret"] = 1; return nil }),
		"no JSON": function.HTTPOut(func(context.Context) (float64, error) { return math.NaN(), nil }),
	} {
		t.Run(name, func(t *testing.T) {
			p := problem(t, serve(t, h, call{}))
			if p.Status != http.StatusInternalServerError || p.Detail != "The request failed for a reason on our side." {
				t.Errorf("problem: %+v", p)
			}
		})
	}
}

func TestOtherEventsAreRefused(t *testing.T) {
	h := function.HTTPDo(func(context.Context) error { return nil })
	for _, event := range []string{`{}`, `{"version":"1.0"}`, `[]`, ``} {
		if out, err := h.Invoke(t.Context(), []byte(event)); err == nil {
			t.Errorf("event %q was answered with %s", event, out)
		}
	}
}

func TestTheContextEndsBeforeLambdaDoes(t *testing.T) {
	for timeout, want := range map[time.Duration]time.Duration{time.Second: 950 * time.Millisecond, time.Minute: 59500 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		end, _ := ctx.Deadline()
		var got time.Time
		h := function.Schedule(func(ctx context.Context) error { got, _ = ctx.Deadline(); return nil })
		if _, err := h.Invoke(ctx, nil); err != nil {
			t.Fatal(err)
		}
		early := end.Sub(got)
		if diff := (timeout - want) - early; diff < -5*time.Millisecond || diff > 5*time.Millisecond {
			t.Errorf("of %s: ends %s early; want %s", timeout, early, timeout-want)
		}
	}
}
