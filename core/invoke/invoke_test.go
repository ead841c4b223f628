package invoke_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/invoke"
	"github.com/seastack/seastack/gen/names"
)

type order struct {
	Size  int  `json:"size"`
	Cargo any  `json:"cargo,omitempty"`
	Fill  blob `json:"fill,omitempty"`
}

type blob string

type receipt struct {
	ID string `json:"id"`
}

// function is Lambda for one invocation: it keeps the request, and answers.
type function struct {
	path, kind, body string
	header           http.Header
	requests         int

	status        int
	functionError string
	answer        string
}

func (f *function) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.header = r.Header
	f.path, f.kind, f.body = r.URL.Path, r.Header.Get("X-Amz-Invocation-Type"), string(body)
	f.requests++
	if f.functionError != "" {
		w.Header().Set("X-Amz-Function-Error", f.functionError)
	}
	if f.status >= 400 {
		w.Header().Set("X-Amzn-Errortype", f.answer)
		f.answer = `{"Message":"no"}`
	}
	w.WriteHeader(f.status)
	_, _ = w.Write([]byte(f.answer))
}

const arn = "arn:aws:lambda:us-east-1:000000000000:function:shop-test-big-orders-take:live"

func open[In, Out any](t *testing.T, f *function) invoke.Caller[In, Out] {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		names.InvokeVariable("big-orders/take"): arn, "AWS_ENDPOINT_URL": server.URL, "AWS_MAX_ATTEMPTS": "1",
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	c, err := invoke.NewCaller[In, Out](t.Context(), "big-orders/take")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCall(t *testing.T) {
	f := &function{status: http.StatusOK, answer: `{"id":"r1"}`}
	got, err := open[order, *receipt](t, f).Call(t.Context(), order{Size: 3})
	if err != nil || got == nil || got.ID != "r1" {
		t.Errorf("got %+v, %v", got, err)
	}
	if f.path != "/2015-03-31/functions/"+arn+"/invocations" || f.kind == "Event" || f.body != `{"size":3}` {
		t.Errorf("%s invocation of %s with %s", f.kind, f.path, f.body)
	}
}

func TestCallOfAFunctionWithoutAResult(t *testing.T) {
	if _, err := open[order, invoke.None](t, &function{status: http.StatusOK, answer: `null`}).Call(t.Context(), order{}); err != nil {
		t.Error(err)
	}
}

func TestCallWantsTheResultsType(t *testing.T) {
	_, err := open[order, receipt](t, &function{status: http.StatusOK, answer: `[]`}).Call(t.Context(), order{})
	if err == nil || !strings.Contains(err.Error(), "big-orders/take: its result") {
		t.Error(err)
	}
}

func TestCallOfAFunctionThatFails(t *testing.T) {
	for name, test := range map[string]struct {
		answer  string
		kind    fault.Kind // "": the error is no fault
		message string
	}{
		"a fault":    {`{"errorType":"not_found","errorMessage":"There is no order."}`, fault.NotFound, "There is no order."},
		"internal":   {`{"errorType":"internal","errorMessage":"The invocation failed."}`, "", "The invocation failed."},
		"a timeout":  {`{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out"}`, "", "Task timed out"},
		"not a JSON": {`<html>`, "", "<html>"},
	} {
		f := &function{status: http.StatusOK, functionError: "Unhandled", answer: test.answer}
		_, err := open[order, receipt](t, f).Call(t.Context(), order{})
		e, ok := errors.AsType[*invoke.Error](err)
		if !ok || e.Message != test.message || e.Function != "big-orders/take" {
			t.Errorf("%s: %v", name, err)
		}
		known, isFault := errors.AsType[*fault.Error](err)
		if isFault != (test.kind != "") || isFault && (known.Kind != test.kind || known.Detail != test.message) {
			t.Errorf("%s: %v is a fault: %t", name, err, isFault)
		}
	}
}

func TestCallThatLambdaRefuses(t *testing.T) {
	for name, f := range map[string]*function{
		"throttled": {status: http.StatusTooManyRequests, answer: "TooManyRequestsException"},
		"denied":    {status: http.StatusForbidden, answer: "AccessDeniedException"},
		"not there": {status: http.StatusNotFound, answer: "ResourceNotFoundException"},
	} {
		throttled := f.status == http.StatusTooManyRequests
		_, err := open[order, receipt](t, f).Call(t.Context(), order{})
		if !fault.Is(err, fault.Unavailable) || errors.Is(err, invoke.ErrThrottled) != throttled || errors.As(err, new(*invoke.Error)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStart(t *testing.T) {
	f := &function{status: http.StatusAccepted}
	if err := open[order, receipt](t, f).Start(t.Context(), order{Size: 3}); err != nil {
		t.Fatal(err)
	}
	if f.kind != "Event" || f.body != `{"size":3}` {
		t.Errorf("%s invocation with %s", f.kind, f.body)
	}
	f = &function{status: http.StatusTooManyRequests, answer: "TooManyRequestsException"}
	if err := open[order, receipt](t, f).Start(t.Context(), order{}); !errors.Is(err, invoke.ErrThrottled) {
		t.Error(err)
	}
}

func TestPayloadsAreLimited(t *testing.T) {
	f := &function{status: http.StatusAccepted, answer: "{}"}
	c := open[order, receipt](t, f)
	large := order{Fill: blob(strings.Repeat("x", invoke.MaxStart))}
	if err := c.Start(t.Context(), large); err == nil || !strings.Contains(err.Error(), "Lambda takes 1048576") {
		t.Error(err)
	}
	large.Fill = blob(strings.Repeat("x", invoke.MaxCall))
	if _, err := c.Call(t.Context(), large); err == nil || !strings.Contains(err.Error(), "Lambda takes 6291456") {
		t.Error(err)
	}
	if _, err := c.Call(t.Context(), order{Cargo: func() {}}); err == nil {
		t.Error("a function became JSON")
	}
	if f.requests > 0 {
		t.Errorf("%d requests", f.requests)
	}
	if _, err := c.Call(t.Context(), order{Fill: blob(strings.Repeat("x", invoke.MaxStart))}); err != nil {
		t.Errorf("what Call takes: %v", err)
	}
}

func TestNewCallerWantsTheFunctionsARN(t *testing.T) {
	_, err := invoke.NewCaller[order, receipt](t.Context(), "un-known/fn")
	if err == nil || !strings.Contains(err.Error(), names.InvokeVariable("un-known/fn")) {
		t.Errorf("error = %v; want one that names the variable", err)
	}
}

func TestCallerFunc(t *testing.T) {
	var got []int
	var c invoke.Caller[order, receipt] = invoke.CallerFunc[order, receipt](func(_ context.Context, o order) (receipt, error) {
		got = append(got, o.Size)
		return receipt{ID: "r"}, nil
	})
	r, err := c.Call(t.Context(), order{Size: 1})
	if err = errors.Join(err, c.Start(t.Context(), order{Size: 2})); err != nil || r.ID != "r" || len(got) != 2 {
		t.Errorf("%v, %v, %v", r, got, err)
	}
}
