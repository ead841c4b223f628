package function_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/function"
)

// TestMaxAnswer: an answer of Lambda's limit is passed on, and a larger one is an
// error that tells its size.
func TestMaxAnswer(t *testing.T) {
	text := func(bytes int) string { return strings.Repeat("x", bytes-len(`""`)) }
	for _, bytes := range []int{function.MaxAnswer, function.MaxAnswer + 1} {
		answer := text(bytes)
		for name, h := range map[string]function.Handler{
			"invoke": function.InvokeOut(func(context.Context) (string, error) { return answer, nil }),
			"lambda": function.Lambda(func() (string, error) { return answer, nil }),
		} {
			out, err := h.Invoke(invocation(t), []byte("{}"))
			want := fmt.Sprintf("The answer has %d bytes, where Lambda takes 6291456. Ask for less of it.", bytes)
			switch {
			case bytes <= function.MaxAnswer && (err != nil || len(out) != bytes):
				t.Errorf("%s: an answer of %d bytes: %d bytes, %v", name, bytes, len(out), err)
			case bytes > function.MaxAnswer && (err == nil || err.Error() != want || out != nil):
				t.Errorf("%s: an answer of %d bytes: %v", name, bytes, err)
			}
		}
	}
}

// TestMaxAnswerHTTP: a client is told of it. What counts is the event, in which the
// quotes of a body are escaped.
func TestMaxAnswerHTTP(t *testing.T) {
	answers := map[string]function.Handler{
		"typed": function.HTTPOut(func(context.Context) (string, error) { return strings.Repeat(`"`, function.MaxAnswer/3), nil }),
		"raw": function.HTTPRaw(func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
			return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: strings.Repeat("x", function.MaxAnswer)}, nil
		}),
		"net/http": function.HTTPFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(strings.Repeat("x", function.MaxAnswer)))
		}),
	}
	for name, h := range answers {
		p := problem(t, serve(t, h, call{}))
		if p.Status != http.StatusInternalServerError || !strings.Contains(p.Detail, "where Lambda takes 6291456") || p.RequestID != "request-1" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	small := function.HTTPOut(func(context.Context) (string, error) { return strings.Repeat("x", function.MaxAnswer/2), nil })
	if got := serve(t, small, call{}); got.StatusCode != http.StatusOK || len(got.Body) != function.MaxAnswer/2+2 {
		t.Errorf("half of the limit: %d with %d bytes", got.StatusCode, len(got.Body))
	}
}
