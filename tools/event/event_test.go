package event

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/model"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestHTTP(t *testing.T) {
	r, err := ParseRequest("get /interviews/42/files/a/b?limit=2&tag=x&tag=y%20z")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"X-Tenant: blue", "Cookie: a=1"} {
		if err := r.AddHeader(line); err != nil {
			t.Fatal(err)
		}
	}
	r.Body = []byte(`{"a":1}`)
	raw, err := HTTP(model.HTTP{Method: "GET", Path: "/interviews/{id}/files/{path+}"}, r, noon)
	if err != nil {
		t.Fatal(err)
	}
	var got events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	got.RequestContext = events.APIGatewayV2HTTPRequestContext{HTTP: got.RequestContext.HTTP}
	want := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "GET /interviews/{id}/files/{path+}",
		RawPath: "/interviews/42/files/a/b", RawQueryString: "limit=2&tag=x&tag=y%20z",
		Cookies: []string{"a=1"}, QueryStringParameters: map[string]string{"limit": "2", "tag": "x,y z"},
		PathParameters: map[string]string{"id": "42", "path": "a/b"},
		Headers: map[string]string{
			"host": "invoke.execute-api.localhost", "x-tenant": "blue",
			"content-type": "application/json", "content-length": "7",
		},
		Body: `{"a":1}`,
		RequestContext: events.APIGatewayV2HTTPRequestContext{HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
			Method: "GET", Path: "/interviews/42/files/a/b", Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "seastack",
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAuthorizer: an authorizer is asked about a request with the headers in the body.
func TestAuthorizer(t *testing.T) {
	trigger := model.Trigger{Kind: model.AuthorizerTrigger, Authorizer: &model.Authorize{Authorizer: "partners"}}
	for body, want := range map[string]string{"": "", `{"x-api-key":"k"}`: "k"} {
		raw, err := Default(trigger, []byte(body), noon)
		var got events.APIGatewayV2CustomAuthorizerV2Request
		if err == nil {
			err = json.Unmarshal(raw, &got)
		}
		if err != nil || got.Version != "2.0" || got.Type != "REQUEST" || got.RouteKey != "GET /" || got.RequestContext.HTTP.Method != "GET" || got.Headers["x-api-key"] != want {
			t.Errorf("%s: %v, %s", body, err, raw)
		}
	}
}

func TestHTTPBinaryBody(t *testing.T) {
	r := Request{Method: "PUT", Target: "/", Header: http.Header{"Content-Type": {"image/png"}}, Body: []byte{0xff, 0xfe}}
	raw, err := HTTP(model.HTTP{Method: "ANY", Path: "/"}, r, noon)
	if err != nil {
		t.Fatal(err)
	}
	var got events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if !got.IsBase64Encoded || got.Body != "//4=" || got.Headers["content-type"] != "image/png" {
		t.Errorf("got %+v", got)
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/", "/", true},
		{"/a", "/a", true},
		{"/a", "/b", false},
		{"/a", "/a/", false},
		{"/a/{id}", "/a", false},
		{"/a/{id}", "/a/", false},
		{"/a/{id}", "/a/1/b", false},
		{"/a/{rest+}", "/a/1/2", true},
	} {
		if _, got := match(c.pattern, c.path); got != c.want {
			t.Errorf("match(%s, %s) = %t", c.pattern, c.path, got)
		}
	}
	if _, err := HTTP(model.HTTP{Method: "GET", Path: "/a"}, Request{Method: "POST", Target: "/a"}, noon); err == nil {
		t.Error("another method reaches the route")
	}
}

func TestDefault(t *testing.T) {
	event := func(trigger model.Trigger, body string) string {
		t.Helper()
		raw, err := Default(trigger, []byte(body), noon)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	var request events.APIGatewayV2HTTPRequest
	route := model.HTTP{Method: "ANY", Path: "/notes/{id}"}
	if err := json.Unmarshal([]byte(event(model.Trigger{Kind: model.HTTPTrigger, HTTP: &route}, "")), &request); err != nil {
		t.Fatal(err)
	}
	if request.RequestContext.HTTP.Method != "GET" || request.PathParameters["id"] != "{id}" {
		t.Errorf("got %+v", request)
	}
	var batch events.SQSEvent
	queue := model.Trigger{Kind: model.QueueTrigger, Queue: &model.Consume{Queue: "mails"}}
	if err := json.Unmarshal([]byte(event(queue, `{"to":"x"}`)), &batch); err != nil {
		t.Fatal(err)
	}
	if len(batch.Records) != 1 || batch.Records[0].Body != `{"to":"x"}` || batch.Records[0].Attributes["SentTimestamp"] != "1772452800000" {
		t.Errorf("got %+v", batch)
	}
	var at events.CloudWatchEvent
	scheduled := event(model.Trigger{Kind: model.ScheduleTrigger}, "")
	if err := json.Unmarshal([]byte(scheduled), &at); err != nil || !at.Time.Equal(noon) || at.Source != "aws.scheduler" {
		t.Errorf("got %+v, %v", at, err)
	}
	if got := event(model.Trigger{Kind: model.InvokeTrigger}, ""); got != "{}" {
		t.Errorf("got %s", got)
	}
}

func TestParseRequest(t *testing.T) {
	for line, want := range map[string]string{"/x": "GET /x", "post /x?a=b": "POST /x?a=b", " DELETE  /x": "DELETE /x"} {
		r, err := ParseRequest(line)
		if got := r.Method + " " + r.Target; got != want || err != nil {
			t.Errorf("%q: got %s, %v", line, got, err)
		}
	}
	for _, line := range []string{"", "GET", "GET x", "GET /a b"} {
		if _, err := ParseRequest(line); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
	var r Request
	for _, line := range []string{"", "X", ": v", "a b: c"} {
		if err := r.AddHeader(line); err == nil {
			t.Errorf("%q is taken for a header", line)
		}
	}
}

func TestParseResponse(t *testing.T) {
	got, ok := ParseResponse([]byte(`{"statusCode":201,"headers":{"a":"b"},"cookies":["s=1"],"body":"aGk=","isBase64Encoded":true}`))
	want := Response{Status: 201, Headers: map[string]string{"a": "b", "set-cookie": "s=1"}, Body: "hi"}
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%t (-want +got):\n%s", ok, diff)
	}
	for _, result := range []string{`null`, `"text"`, `{"errorMessage":"x"}`, `{"statusCode":200,"body":"?","isBase64Encoded":true}`} {
		if _, ok := ParseResponse([]byte(result)); ok {
			t.Errorf("%s is a response", result)
		}
	}
}
