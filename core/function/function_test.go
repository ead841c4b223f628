package function_test

import (
	"context"
	"encoding/json"
	"maps"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/seastack/seastack/core/function"
)

// call is one HTTP request for a handler, and its answer.
type call struct {
	path    map[string]string
	query   string
	headers map[string]string
	body    string
	base64  bool
}

func (c call) event(t *testing.T) []byte {
	t.Helper()
	headers := map[string]string{}
	if c.body != "" {
		headers["content-type"] = "application/json"
	}
	maps.Copy(headers, c.headers)
	event, err := json.Marshal(events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "POST /things/{id}", PathParameters: c.path, RawQueryString: c.query,
		Headers: headers, Body: c.body, IsBase64Encoded: c.base64,
	})
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// invocation returns a context as the Lambda runtime makes it.
func invocation(t *testing.T) context.Context {
	return lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
}

func invoke(t *testing.T, h function.Handler, event []byte) []byte {
	t.Helper()
	out, err := h.Invoke(invocation(t), event)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func serve(t *testing.T, h function.Handler, c call) events.APIGatewayV2HTTPResponse {
	t.Helper()
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(invoke(t, h, c.event(t)), &response); err != nil {
		t.Fatal(err)
	}
	return response
}

func problem(t *testing.T, response events.APIGatewayV2HTTPResponse) function.Problem {
	t.Helper()
	if got := response.Headers["content-type"]; got != "application/problem+json" {
		t.Errorf("content type = %q", got)
	}
	var p function.Problem
	if err := json.Unmarshal([]byte(response.Body), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != response.StatusCode {
		t.Errorf("the problem says %d and the response %d", p.Status, response.StatusCode)
	}
	return p
}
