package function

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/auth"
	"github.com/seastack/seastack/core/fault"
)

type people struct {
	Subject string `json:"sub"`
}

type place struct {
	ID string `path:"proxy"`
}

// callers are a handler of each form, which answers with who calls.
func callers(seen *string) map[string]Handler {
	note := func(c auth.Caller[people], in place) {
		*seen = c.Principal.Subject + " " + strings.Join(c.Scopes, ",") + " " + in.ID
	}
	return map[string]Handler{
		"HTTPCaller":   HTTPCaller(func(_ context.Context, c auth.Caller[people], in place) (string, error) { note(c, in); return "x", nil }),
		"HTTPCallerIn": HTTPCallerIn(func(_ context.Context, c auth.Caller[people], in place) error { note(c, in); return nil }),
		"HTTPCallerOut": HTTPCallerOut(func(_ context.Context, c auth.Caller[people]) (string, error) {
			note(c, place{"a b/7"})
			return "x", nil
		}),
		"HTTPCallerDo": HTTPCallerDo(func(_ context.Context, c auth.Caller[people]) error { note(c, place{"a b/7"}); return nil }),
	}
}

func byToken(e *events.APIGatewayV2HTTPRequest) {
	e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": "ada"}, Scopes: []string{"s"}},
	}
}

func TestCallersReachHandlers(t *testing.T) {
	var seen string
	for name, h := range callers(&seen) {
		seen = ""
		if err := h.Err(); err != nil {
			t.Fatal(err)
		}
		if r := serveHTTP(t, h, byToken); r.StatusCode >= 300 || seen != "ada s a b/7" {
			t.Errorf("%s answers %d to %q", name, r.StatusCode, seen)
		}
		seen = ""
		if r := serveHTTP(t, h, nil); r.StatusCode != http.StatusUnauthorized || seen != "" {
			t.Errorf("%s answers %d to nobody, and has seen %q", name, r.StatusCode, seen)
		}
	}
	h := HTTPCallerDo(func(context.Context, auth.Caller[struct{ C chan int }]) error { return nil })
	if h.Err() == nil {
		t.Error("a caller that cannot be JSON is no error of the start")
	}
}

// TestCallersOfNetHTTP asks in middleware.
func TestCallersOfNetHTTP(t *testing.T) {
	h := HTTPFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, err := auth.From[people](r.Context())
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = w.Write([]byte(caller.Principal.Subject))
	})
	if r := serveHTTP(t, h, byToken); r.StatusCode != 200 || r.Body != "ada" {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
	if r := serveHTTP(t, h, nil); r.StatusCode != 401 {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
}

func TestAuthorizer(t *testing.T) {
	question := `{"version":"2.0","type":"REQUEST","routeKey":"GET /a","headers":{"authorization":"Bearer t"}}`
	for name, c := range map[string]struct {
		event  string
		answer *people
		err    error
		want   string // empty: the invocation fails
	}{
		"known":        {question, &people{"ada"}, nil, `{"isAuthorized":true,"context":{"seastackPrincipal":"{\"sub\":\"ada\"}"}}`},
		"unknown":      {question, nil, fault.New(fault.Unauthenticated, "Who?"), `{"isAuthorized":false}`},
		"forbidden":    {question, &people{"eve"}, fault.New(fault.Forbidden, "No."), `{"isAuthorized":false}`},
		"wrapped":      {question, nil, errors.Join(errors.New("x"), fault.New(fault.Forbidden, "No.")), `{"isAuthorized":false}`},
		"broken":       {question, nil, errors.New("no table"), ""},
		"another kind": {question, nil, fault.New(fault.Unavailable, "Later."), ""},
		"nobody":       {question, nil, nil, ""},
		"format 1.0":   {`{"version":"1.0"}`, &people{"ada"}, nil, ""},
	} {
		h := Authorizer(func(_ context.Context, r auth.Request) (*people, error) {
			if r.Bearer() != "t" {
				t.Errorf("%s: asked about %+v", name, r)
			}
			return c.answer, c.err
		})
		got, err := h.Invoke(t.Context(), []byte(c.event))
		if string(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %s, %v; want %s", name, got, err, c.want)
		}
	}
	h := Authorizer(func(context.Context, auth.Request) (people, error) { panic("oh") })
	if _, err := h.Invoke(t.Context(), []byte(question)); err == nil {
		t.Error("a panic authorizes")
	}
	if Authorizer(func(context.Context, auth.Request) (chan int, error) { return nil, nil }).Err() == nil {
		t.Error("a principal that cannot be JSON is no error of the start")
	}
}
