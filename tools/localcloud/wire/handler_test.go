package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// refusing is an authority that knows the keys "root", "role" and "stranger"; the
// role may do everything except what concerns "secret".
type refusing struct{}

func (refusing) Principal(key, token string) (Principal, error) {
	switch key {
	case "role":
		return Principal{ARN: "session", RoleARN: "role"}, nil
	case "stranger":
		return Principal{}, Errorf(403, "InvalidClientTokenId", "who?")
	}
	return Principal{ARN: "root"}, nil
}

func (refusing) Authorize(p Principal, action, resource string) error {
	if strings.Contains(resource, "secret") {
		return Errorf(403, "AccessDenied", "%s may not %s on %s", p.ARN, action, resource)
	}
	return nil
}

type greeting struct{ Name string }

func greet(_ context.Context, c *Call, in *greeting) (*greeting, error) {
	switch in.Name {
	case "nobody":
		return nil, &Error{Code: "NoSuchName", Status: 404, Message: "no <name>", QueryCode: "Old.NoSuchName",
			Fields: map[string]any{"Type": "User"}}
	case "broken":
		return nil, errors.New("disk on fire")
	case "panic":
		panic("at the disco")
	case "quiet":
		return nil, nil
	}
	return &greeting{c.Principal.ARN + " greets " + in.Name}, nil
}

func nameOf(c *Call) string {
	if c.Query.Has("Name") {
		return c.Query.Get("Name")
	}
	return Peek[greeting](c).Name
}

func services() []Service {
	query := TypedForm(greet)
	path := func(ctx context.Context, c *Call) (any, error) {
		return greet(ctx, c, &greeting{c.Path["Name"]})
	}
	raw := func(context.Context, *Call) (any, error) {
		return &Response{Status: 202, Header: http.Header{"X-Raw": {"yes"}}, Body: []byte("raw")}, nil
	}
	passes := func(c *Call) string { return strings.TrimPrefix(c.Path["Name"], "none") }
	several := func(*Call) []string { return []string{"open", "secret"} }
	return []Service{
		{Name: "json", Protocol: JSON, TargetPrefix: "Json_1.0", ErrorPrefix: "com.example#", Operations: []Operation{
			{Name: "Greet", Resource: nameOf, Handle: Typed(greet)},
			{Name: "Several", Resources: several, Handle: Typed(greet)},
			{Name: "Free", Free: true, Resource: func(*Call) string { return "secret" }, Handle: Typed(greet)},
		}},
		{Name: "compatible", Protocol: JSON, TargetPrefix: "Compatible", QueryCompatible: true, Operations: []Operation{
			{Name: "Greet", Resource: nameOf, Handle: Typed(greet)},
		}, Former: &Service{Name: "compatible", Protocol: Query, Namespace: "https://example.com/old/", Operations: []Operation{
			{Name: "Greet", Resource: nameOf, Handle: query},
		}}},
		{Name: "rest", Protocol: RESTJSON, MessageKey: "Message", Operations: []Operation{
			{Name: "Greet", Method: "GET", Path: "/v1/names/{Name}", Resource: func(c *Call) string { return c.Path["Name"] }, Handle: path},
			{Name: "Make", Method: "POST", Path: "/v1/names/{Name+}", Status: 201, Handle: path},
			{Name: "Drop", Method: "DELETE", Path: "/v1/names/{Name}", Status: 204, Handle: path},
			{Name: "Hire", Method: "POST", Path: "/v1/hire/{Name}", Passes: passes, Handle: path},
			{Name: "Raw", Method: "GET", Path: "/v1/raw", Handle: raw},
		}},
		{Name: "global", Protocol: Query, Global: true, Operations: []Operation{{Name: "Greet", Handle: query}}},
		{Name: "query", Protocol: Query, Namespace: "https://example.com/", Operations: []Operation{
			{Name: "Greet", Resource: nameOf, Action: "Hail", Handle: query},
		}},
	}
}

func newHandler(log io.Writer) *Handler {
	env := &Env{Region: "eu", Now: time.Now, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	return NewHandler(env, refusing{}, services())
}

// request returns a request to a service, signed by key.
func request(method, target, key, service, body string) *http.Request {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	if key != "" {
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+key+"/20260101/eu/"+service+"/aws4_request, SignedHeaders=host, Signature=00")
	}
	return req
}

// inRegion signs a request for another region.
func inRegion(region string, req *http.Request) *http.Request {
	req.Header.Set("Authorization", strings.Replace(req.Header.Get("Authorization"), "/eu/", "/"+region+"/", 1))
	return req
}

func jsonRequest(key, target, body string) *http.Request {
	req := request("POST", "/", key, "json", body)
	req.Header.Set("X-Amz-Target", target)
	return req
}

func TestAnswers(t *testing.T) {
	form := func(name string) string { return url.Values{"Action": {"Greet"}, "Name": {name}}.Encode() }
	for _, tc := range []struct {
		name   string
		req    *http.Request
		status int
		body   string
	}{
		{"json", jsonRequest("root", "Json_1.0.Greet", `{"Name":"Ada"}`), 200, `{"Name":"root greets Ada"}`},
		{"json without output", jsonRequest("root", "Json_1.0.Greet", `{"Name":"quiet"}`), 200, `{}`},
		{"json error", jsonRequest("root", "Json_1.0.Greet", `{"Name":"nobody"}`), 404,
			`{"Type":"User","__type":"com.example#NoSuchName","message":"no \u003cname\u003e"}`},
		{"json that is none", jsonRequest("root", "Json_1.0.Greet", `{`), 400, `"com.example#SerializationException"`},
		{"json, unknown operation", jsonRequest("root", "Json_1.0.Wave", `{}`), 501, `com.example#UnknownOperationException`},
		{"json, unknown service", jsonRequest("root", "Other.Wave", `{}`), 501, `UnknownOperationException`},
		{"json, target without a dot", jsonRequest("root", "Wave", `{}`), 501, `UnknownOperationException`},
		{"json, refused", jsonRequest("role", "Json_1.0.Greet", `{"Name":"secret"}`), 400,
			`{"__type":"com.example#AccessDeniedException","message":"session may not json:Greet on secret"}`},
		{"json, one of several refused", jsonRequest("role", "Json_1.0.Several", `{}`), 400, "json:Several on secret"},
		{"json, free", jsonRequest("role", "Json_1.0.Free", `{"Name":"Ada"}`), 200, "session greets Ada"},
		{"json, stranger", jsonRequest("stranger", "Json_1.0.Free", `{}`), 400, "UnrecognizedClientException"},
		{"json, unsigned", jsonRequest("", "Json_1.0.Greet", `{}`), 400, "MissingAuthenticationTokenException"},
		{"json that was query, refused", jsonRequest("role", "Compatible.Greet", `{"Name":"secret"}`), 403, `"AccessDeniedException"`},
		{"rest", request("GET", "/v1/names/a%2Fb", "root", "rest", ""), 200, `{"Name":"root greets a/b"}`},
		{"rest, greedy", request("POST", "/v1/names/a/b", "root", "rest", ""), 201, "root greets a/b"},
		{"rest, no content", request("DELETE", "/v1/names/a", "root", "rest", ""), 204, ""},
		{"rest, raw", request("GET", "/v1/raw", "root", "rest", ""), 202, "raw"},
		{"rest, unknown path", request("GET", "/v2", "root", "rest", ""), 501, "does not have the operation GET /v2"},
		{"rest, unknown method", request("PUT", "/v1/names/a", "root", "rest", ""), 501, "does not have the operation PUT /v1/names/a"},
		{"rest, error", request("GET", "/v1/names/nobody", "root", "rest", ""), 404, `{"Message":"no \u003cname\u003e","Type":"User"}`},
		{"rest, refused", request("GET", "/v1/names/secret", "role", "rest", ""), 403, "session may not rest:Greet on secret"},
		{"query", request("POST", "/", "root", "query", form("Ada")), 200,
			`<GreetResponse xmlns="https://example.com/"><GreetResult><Name>root greets Ada</Name></GreetResult><ResponseMetadata>`},
		{"query in the query string", request("GET", "/?"+form("Ada"), "root", "query", ""), 200, "root greets Ada"},
		{"query without output", request("POST", "/", "root", "query", form("quiet")), 200,
			`<GreetResponse xmlns="https://example.com/"><ResponseMetadata>`},
		{"query, error", request("POST", "/", "root", "query", form("nobody")), 404,
			`<ErrorResponse xmlns="https://example.com/"><Error><Type>Sender</Type><Code>Old.NoSuchName</Code><Message>no &lt;name&gt;</Message></Error>`},
		{"query, unknown operation", request("POST", "/", "root", "query", "Action=Wave"), 400, "<Code>InvalidAction</Code>"},
		{"query, no form", request("POST", "/", "root", "query", "%zz"), 400, "<Code>MalformedQueryString</Code>"},
		{"query, refused", request("POST", "/", "role", "query", form("secret")), 403, "session may not query:Hail on secret"},
		{"presigned", request("GET", "/?"+form("Ada")+"&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00&X-Amz-Credential=root%2F20260101%2Feu%2Fquery%2Faws4_request", "", "", ""), 200, "root greets Ada"},
		{"query, half a signature", request("GET", "/?"+form("Ada")+"&X-Amz-Credential=root%2F20260101%2Feu%2Fquery%2Faws4_request", "", "", ""), 403,
			`<Code>MissingAuthenticationToken</Code>`},
		{"query, another region", inRegion("us", request("POST", "/", "root", "query", form("Ada"))), 403,
			`<Code>SignatureDoesNotMatch</Code><Message>Credential should be scoped to a valid region: the local cloud is in eu, not in &#34;us&#34;`},
		{"json, another region", inRegion("us", jsonRequest("root", "Json_1.0.Greet", `{}`)), 400, `InvalidSignatureException`},
		{"rest, another region", inRegion("us", request("GET", "/v1/names/ada", "root", "rest", "")), 403, `set AWS_REGION=eu`},
		{"global, another region", inRegion("us", request("POST", "/", "root", "global", form("Ada"))), 200, "root greets Ada"},
		{"query, unsigned", request("POST", "/", "", "", form("Ada")), 403,
			`<Error><Type>Sender</Type><Code>MissingAuthenticationToken</Code>`},
		{"rest, unsigned", request("GET", "/v1/names/ada", "", "", ""), 403, `{"Message":"Request is missing Authentication Token"}`},
		{"unsigned, of nobody's", request("GET", "/v3", "", "", ""), 403, `{"message":"Request is missing Authentication Token"}`},
		{"rest, role that may be passed", request("POST", "/v1/hire/actor", "role", "rest", ""), 200, "session greets actor"},
		{"rest, role that may not", request("POST", "/v1/hire/secret", "role", "rest", ""), 403, "session may not iam:PassRole on secret"},
		{"rest, no role to pass", request("POST", "/v1/hire/none", "role", "rest", ""), 200, "session greets none"},
		{"former protocol", request("POST", "/", "root", "compatible", form("Ada")), 200, `<GreetResponse xmlns="https://example.com/old/">`},
		{"unknown service", request("GET", "/", "root", "eks", ""), 501,
			`{"message":"the local cloud does not have the service \"eks\"; it has compatible, global, json, query, rest"}`},
		{"unknown service of XML", request("GET", "/", "root", "route53", ""), 501, `<Code>UnknownService</Code>`},
		{"failure", jsonRequest("root", "Json_1.0.Greet", `{"Name":"broken"}`), 500, "InternalFailure"},
		{"panic", jsonRequest("root", "Json_1.0.Greet", `{"Name":"panic"}`), 500, "InternalFailure"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			newHandler(io.Discard).ServeHTTP(w, tc.req)
			if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.body) {
				t.Errorf("%d %s\nwant %d %s", w.Code, w.Body, tc.status, tc.body)
			}
			if w.Header().Get("X-Amzn-Requestid") == "" {
				t.Error("the answer has no request id")
			}
		})
	}
}

func TestErrorsHaveTheirCodeInHeaders(t *testing.T) {
	w := httptest.NewRecorder()
	newHandler(io.Discard).ServeHTTP(w, jsonRequest("root", "Json_1.0.Greet", `{"Name":"nobody"}`))
	if got := w.Header().Get("X-Amzn-Errortype"); got != "NoSuchName" {
		t.Errorf("error type %q", got)
	}
	if got := w.Header().Get("X-Amzn-Query-Error"); got != "Old.NoSuchName;Sender" {
		t.Errorf("query error %q", got)
	}
	w = httptest.NewRecorder()
	newHandler(io.Discard).ServeHTTP(w, jsonRequest("role", "Compatible.Greet", `{"Name":"secret"}`))
	if got := w.Header().Get("X-Amzn-Query-Error"); got != "AccessDenied;Sender" {
		t.Errorf("query error of a refusal %q", got)
	}
}

func TestLogHasNoBodies(t *testing.T) {
	var log bytes.Buffer
	newHandler(&log).ServeHTTP(httptest.NewRecorder(), jsonRequest("root", "Json_1.0.Greet", `{"Name":"hush"}`))
	for _, want := range []string{"service=json", "operation=Greet", "status=200", "duration="} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %s: %s", want, &log)
		}
	}
	if strings.Contains(log.String(), "hush") {
		t.Errorf("the log has the body: %s", &log)
	}
}

func TestTooLargeBodyIsRefused(t *testing.T) {
	req := jsonRequest("root", "Json_1.0.Greet", "")
	req.Body, req.ContentLength = io.NopCloser(io.LimitReader(endless{}, maxBody+1)), -1
	w := httptest.NewRecorder()
	newHandler(io.Discard).ServeHTTP(w, req)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", w.Code)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func BenchmarkHandler(b *testing.B) {
	env := &Env{Region: "eu", Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	h := NewHandler(env, refusing{}, services())
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), request("GET", "/v1/names/ada", "role", "rest", ""))
	}
}
