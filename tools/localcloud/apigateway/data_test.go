package apigateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/seastack/seastack/tools/localcloud/httpevent"
	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// call sends a request to an API, by path, and returns its answer.
func (c *cloud) call(t *testing.T, api *string, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	return c.do(t, method, c.Env.Endpoint+"/_aws/execute-api/"+*api+path, "", body, headers...)
}

func (c *cloud) do(t *testing.T, method, url, host, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(raw)
}

func TestRouteSelection(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	c.routes(t, api, "$default", "ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1", "ANY /pets/dog/{id}", "GET /")
	for _, test := range []struct{ method, path, want string }{
		{"GET", "/pets/dog/1", "GET /pets/dog/1"},
		{"GET", "/pets/dog/2", "GET /pets/dog/{id}"},
		{"POST", "/pets/dog/2", "ANY /pets/dog/{id}"},
		{"GET", "/pets/cat/1", "GET /pets/{proxy+}"},
		{"POST", "/pets/cat/1", "ANY /{proxy+}"},
		{"GET", "/", "GET /"},
		{"POST", "/", "$default"},
	} {
		if resp, body := c.call(t, api, test.method, test.path, ""); resp.StatusCode != 200 {
			t.Fatalf("%s %s: %s %s", test.method, test.path, resp.Status, body)
		}
		if c.function.event.RouteKey != test.want {
			t.Errorf("%s %s went to %s, want %s", test.method, test.path, c.function.event.RouteKey, test.want)
		}
	}
	want := "arn:aws:execute-api:eu-central-1:000000000000:" + *api + "/$default/$default"
	if c.function.source != want || c.function.arn != functionARN {
		t.Errorf("invoked %s for %s, want %s", c.function.arn, c.function.source, want)
	}
}

func TestEvent(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "dev")
	c.routes(t, api, "POST /interviews/{id}/notes")
	resp, body := c.call(t, api, "POST", "/dev/interviews/a%20b/notes?x=1&x=2&y=%C3%BC&z", `{"a":1}`,
		"Content-Type", "application/json", "X-Many", "1", "X-Many", "2", "Cookie", "a=1; b=2", "User-Agent", "test")
	if resp.StatusCode != 200 {
		t.Fatal(resp.Status, body)
	}
	e := c.function.event
	for what, pair := range map[string][2]any{
		"version":  {e.Version, "2.0"},
		"routeKey": {e.RouteKey, "POST /interviews/{id}/notes"},
		"rawPath":  {e.RawPath, "/dev/interviews/a b/notes"},
		"rawQuery": {e.RawQueryString, "x=1&x=2&y=%C3%BC&z"},
		"cookies":  {e.Cookies, []string{"a=1", "b=2"}},
		"query":    {e.QueryStringParameters, map[string]string{"x": "1,2", "y": "ü", "z": ""}},
		"path":     {e.PathParameters, map[string]string{"id": "a b"}},
		"x-many":   {e.Headers["x-many"], "1,2"},
		"cookie":   {e.Headers["cookie"], ""},
		"host":     {e.Headers["host"], strings.TrimPrefix(c.Env.Endpoint, "http://")},
		"body":     {e.Body, `{"a":1}`},
		"base64":   {e.IsBase64Encoded, false},
		"stage":    {e.RequestContext.Stage, "dev"},
		"http": {e.RequestContext.HTTP, httpevent.HTTP{
			Method: "POST", Path: "/dev/interviews/a b/notes", Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "test",
		}},
		"prefix":     {e.RequestContext.DomainPrefix, *api},
		"request ID": {e.RequestContext.RequestID, resp.Header.Get("Apigw-Requestid")},
		"account":    {e.RequestContext.AccountID, "000000000000"},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s is %#v, want %#v", what, pair[0], pair[1])
		}
	}
	want := "arn:aws:execute-api:eu-central-1:000000000000:" + *api + "/dev/POST/interviews/{id}/notes"
	if c.function.source != want {
		t.Errorf("source %s, want %s", c.function.source, want)
	}
}

func TestBinaryBodies(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	c.routes(t, api, "POST /")
	for _, test := range []struct {
		contentType, body, want string
		base64                  bool
	}{
		{"text/plain; charset=utf-8", "ü", "ü", false},
		{"application/problem+json", "{}", "{}", false},
		{"application/octet-stream", "abc", "YWJj", true},
		{"application/x-www-form-urlencoded", "a=1", "YT0x", true},
		{"text/plain", "\xff", "/w==", true},
	} {
		c.call(t, api, "POST", "/", test.body, "Content-Type", test.contentType)
		if e := c.function.event; e.Body != test.want || e.IsBase64Encoded != test.base64 {
			t.Errorf("%s: body %q, base64 %t", test.contentType, e.Body, e.IsBase64Encoded)
		}
	}
}

func TestResponses(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	c.routes(t, api, "GET /")
	for _, test := range []struct {
		answer, body, contentType string
		status                    int
	}{
		{`{"statusCode":201,"headers":{"Content-Type":"application/problem+json","X-N":5},"body":"{}"}`, "{}", "application/problem+json", 201},
		{`{"statusCode":200,"body":"AAE=","isBase64Encoded":true,"headers":{"content-type":"image/png"}}`, "\x00\x01", "image/png", 200},
		{`{"statusCode":200,"body":"hi"}`, "hi", "text/plain; charset=utf-8", 200},
		{`{"statusCode":204}`, "", "", 204},
		{`{"id":7}`, `{"id":7}`, "application/json", 200},
		{`[1]`, `[1]`, "application/json", 200},
		{`"hello"`, `hello`, "application/json", 200},
		{`null`, `null`, "application/json", 200},
		{`{"statusCode":"no"}`, `{"message":"Internal Server Error"}`, "application/json", 500},
		{`{"statusCode":200,"body":{"a":1}}`, `{"message":"Internal Server Error"}`, "application/json", 500},
		{`{"statusCode":`, `{"message":"Internal Server Error"}`, "application/json", 500},
	} {
		c.function.answer = test.answer
		resp, body := c.call(t, api, "GET", "/", "")
		if resp.StatusCode != test.status || strings.TrimSpace(body) != test.body || resp.Header.Get("Content-Type") != test.contentType {
			t.Errorf("%s: %d %q %q", test.answer, resp.StatusCode, body, resp.Header.Get("Content-Type"))
		}
	}
	c.function.answer = `{"statusCode":200,"cookies":["a=1","b=2; Secure"]}`
	resp, _ := c.call(t, api, "GET", "/", "")
	if got := resp.Header.Values("Set-Cookie"); !reflect.DeepEqual(got, []string{"a=1", "b=2; Secure"}) {
		t.Errorf("cookies %v", got)
	}
}

func TestFailures(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	c.routes(t, api, "POST /")
	expect := func(what, method, path, body string, status int, message string) {
		t.Helper()
		resp, got := c.call(t, api, method, path, body)
		var answer struct{ Message string }
		if err := json.Unmarshal([]byte(got), &answer); err != nil || resp.StatusCode != status || answer.Message != message {
			t.Errorf("%s: %d %s", what, resp.StatusCode, got)
		}
	}
	expect("no route", "GET", "/none", "", 404, "Not Found")
	expect("large body", "POST", "/", strings.Repeat("a", maxBody+1), 413, "Request Entity Too Large")
	c.function.functionError = "Unhandled"
	expect("function error", "POST", "/", "", 500, "Internal Server Error")
	c.function.functionError, c.function.err = "", wire.Errorf(403, "AccessDeniedException", "no permission")
	expect("no permission", "POST", "/", "", 500, "Internal Server Error")
	c.function.err = wire.Errorf(429, "TooManyRequestsException", "Rate Exceeded.")
	expect("throttled", "POST", "/", "", 503, "Service Unavailable")
	c.function.err, c.function.hang = nil, true
	expect("timeout", "POST", "/", "", 503, "Service Unavailable")
	c.function.mu.Lock() // the call may not have returned yet
	c.function.hang = false
	c.function.mu.Unlock()
	_, err := c.UpdateApi(t.Context(), &apigatewayv2.UpdateApiInput{ApiId: api, DisableExecuteApiEndpoint: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	expect("disabled endpoint", "POST", "/", "", 404, "Not Found")
	api = aws.String("none")
	expect("no API", "POST", "/", "", 404, "Not Found")
}

func TestHostStyle(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	c.routes(t, api, "GET /a")
	resp, body := c.do(t, "GET", c.Env.Endpoint+"/a", *api+".execute-api.localhost:4566", "")
	if resp.StatusCode != 200 || c.function.event.RawPath != "/a" {
		t.Errorf("%s %s", resp.Status, body)
	}
}

func TestCORS(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	c.routes(t, api, "GET /")
	_, err := c.UpdateApi(t.Context(), &apigatewayv2.UpdateApiInput{ApiId: api, CorsConfiguration: &types.Cors{
		AllowOrigins: []string{"https://*.example.com"}, AllowMethods: []string{"GET", "POST"}, AllowHeaders: []string{"authorization"},
		MaxAge: aws.Int32(60), AllowCredentials: aws.Bool(true), ExposeHeaders: []string{"x-a"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	resp, _ := c.call(t, api, "OPTIONS", "/anything", "", "Origin", "https://www.example.com", "Access-Control-Request-Method", "GET")
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "https://www.example.com", "Access-Control-Allow-Methods": "GET,POST",
		"Access-Control-Allow-Headers": "authorization", "Access-Control-Max-Age": "60", "Access-Control-Allow-Credentials": "true",
	} {
		if got := resp.Header.Get(name); got != want || resp.StatusCode != 204 {
			t.Errorf("preflight: %d, %s is %q, want %q", resp.StatusCode, name, got, want)
		}
	}
	resp, _ = c.call(t, api, "OPTIONS", "/", "", "Origin", "https://evil.com", "Access-Control-Request-Method", "GET")
	if got := resp.Header.Get("Access-Control-Allow-Origin"); got != "" || resp.StatusCode != 204 {
		t.Errorf("foreign origin: %d, allowed %q", resp.StatusCode, got)
	}
	c.function.answer = `{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"*"}}`
	resp, _ = c.call(t, api, "GET", "/", "", "Origin", "https://www.example.com")
	if got := resp.Header.Values("Access-Control-Allow-Origin"); len(got) != 1 || got[0] != "https://www.example.com" {
		t.Errorf("request: allowed %q", got)
	}
}

func TestDeployments(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	_, err := c.CreateDeployment(t.Context(), &apigatewayv2.CreateDeploymentInput{ApiId: api})
	wiretest.WantCode(t, err, "BadRequestException") // nothing to deploy
	c.routes(t, api, "GET /old")
	d, err := c.CreateDeployment(t.Context(), &apigatewayv2.CreateDeploymentInput{ApiId: api})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{ApiId: api, StageName: aws.String("prod"), DeploymentId: d.DeploymentId})
	if err != nil {
		t.Fatal(err)
	}
	c.routes(t, api, "GET /new")
	for path, want := range map[string]int{"/prod/old": 200, "/prod/new": 404} {
		if resp, _ := c.call(t, api, "GET", path, ""); resp.StatusCode != want {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	_, err = c.DeleteDeployment(t.Context(), &apigatewayv2.DeleteDeploymentInput{ApiId: api, DeploymentId: d.DeploymentId})
	wiretest.WantCode(t, err, "BadRequestException")
	if _, err := c.CreateDeployment(t.Context(), &apigatewayv2.CreateDeploymentInput{ApiId: api, StageName: aws.String("prod")}); err != nil {
		t.Fatal(err)
	}
	if resp, _ := c.call(t, api, "GET", "/prod/new", ""); resp.StatusCode != 200 {
		t.Errorf("after the second deployment: %s", resp.Status)
	}
}

func TestAccessLog(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.routes(t, api, "GET /a")
	_, err := c.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{
		ApiId: api, StageName: aws.String("$default"), AutoDeploy: aws.Bool(true), AccessLogSettings: &types.AccessLogSettings{
			DestinationArn: aws.String("arn:aws:logs:eu-central-1:000000000000:log-group:/api"),
			Format:         aws.String(`$context.httpMethod $context.routeKey $context.status $context.error.message $context.identity.sourceIp`),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.call(t, api, "GET", "/a", "")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if got, want := c.function.lastLine(ctx), "GET GET /a 200 - 127.0.0.1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLostLogGroupIsLoggedOnce: once, and not for every request.
func TestLostLogGroupIsLoggedOnce(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.routes(t, api, "GET /a")
	_, err := c.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{
		ApiId: api, StageName: aws.String("$default"), AutoDeploy: aws.Bool(true), AccessLogSettings: &types.AccessLogSettings{
			DestinationArn: aws.String("arn:aws:logs:eu-central-1:000000000000:log-group:/api"), Format: aws.String("$context.status"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out lockedBuffer
	c.Env.Log = slog.New(slog.NewTextHandler(&out, nil))
	c.function.logErr = errors.New("no such group")
	for range 3 {
		c.call(t, api, "GET", "/a", "")
	}
	deadline := time.Now().Add(5 * time.Second)
	for out.count("no such group") == 0 && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond) // the line is written after the answer
	}
	if n := out.count("no such group"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// lockedBuffer is a log that is written by one goroutine and read by another.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) count(text string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Count(b.text.String(), text)
}

func BenchmarkDataPlane(b *testing.B) {
	t := newTable(snapshot{
		Routes:       []route{{ID: "a", Key: "GET /a/{id}", Target: "integrations/i", AuthorizationType: authorizationNone}},
		Integrations: []integration{{ID: "i", URI: functionARN, TimeoutInMillis: 1000}},
	})
	c := newCloud(b)
	c.function.answer = `{"statusCode":200,"body":"{}"}`
	c.Service.served["x"] = &served{api: api{ID: "x"}, stages: map[string]servedStage{"$default": {stage{Name: "$default"}, t, nil}}}
	h := c.Service.DataPlane()
	req, err := http.NewRequest("GET", "/_aws/execute-api/x/a/1", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		h.ServeHTTP(discard{http.Header{}}, req)
	}
}

// discard is a client that does not read.
type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// TestTimeoutWhileTheFunctionRuns: the client gets the error at the integration's
// timeout, and the function continues.
func TestTimeoutWhileTheFunctionRuns(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	c.routes(t, api, "GET /") // with a timeout of 50 ms
	c.function.slow, c.function.ended = time.Second, make(chan struct{}, 1)
	begin := time.Now()
	resp, body := c.call(t, api, "GET", "/", "")
	if took := time.Since(begin); took > 900*time.Millisecond {
		t.Errorf("the client waited for %s", took)
	}
	if resp.StatusCode != 503 || strings.TrimSpace(body) != `{"message":"Service Unavailable"}` {
		t.Errorf("answered %d %s", resp.StatusCode, body)
	}
	select {
	case <-c.function.ended:
	case <-time.After(10 * time.Second):
		t.Error("the function was stopped")
	}
}

// TestCORSWildcards: as on AWS, methods and headers may be * with credentials,
// and origins may not.
func TestCORSWildcards(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	c.routes(t, api, "GET /")
	update := func(cors types.Cors) error {
		_, err := c.UpdateApi(t.Context(), &apigatewayv2.UpdateApiInput{ApiId: api, CorsConfiguration: &cors})
		return err
	}
	all := []string{"*"}
	err := update(types.Cors{AllowOrigins: all, AllowCredentials: aws.Bool(true)})
	wiretest.WantError(t, err, "BadRequestException", "allow-credentials is not supported if 'allow-origin' is *")
	for origins, want := range map[string]string{
		"*": "*", "https://*": "https://www.example.com", "https://*.example.com": "https://www.example.com", "http://*": "",
	} {
		cors := types.Cors{AllowOrigins: []string{origins}, AllowMethods: all, AllowHeaders: all, ExposeHeaders: all}
		if origins != "*" {
			cors.AllowCredentials = aws.Bool(true)
		}
		if err := update(cors); err != nil {
			t.Fatal(err)
		}
		resp, _ := c.call(t, api, "OPTIONS", "/", "", "Origin", "https://www.example.com",
			"Access-Control-Request-Method", "DELETE", "Access-Control-Request-Headers", "x-any")
		h := resp.Header
		if got := h.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s allows %q, want %q", origins, got, want)
		}
		if want != "" && (h.Get("Access-Control-Allow-Methods") != "*" || h.Get("Access-Control-Allow-Headers") != "*") {
			t.Errorf("%s: %v", origins, h)
		}
	}
}

// TestHeaderLimit: 10,240 bytes of request line and header values.
func TestHeaderLimit(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	c.routes(t, api, "GET /")
	if resp, body := c.call(t, api, "GET", "/", "", "X-A", strings.Repeat("a", 9_900)); resp.StatusCode != 200 {
		t.Errorf("below the limit: %d %s", resp.StatusCode, body)
	}
	for _, names := range [][]string{{"X-A"}, {"X-A", "X-B"}} {
		var headers []string
		for _, name := range names {
			headers = append(headers, name, strings.Repeat("a", 10_241/len(names)))
		}
		resp, body := c.call(t, api, "GET", "/", "", headers...)
		if resp.StatusCode != 431 || strings.TrimSpace(body) != `{"message":"Request Header Fields Too Large"}` {
			t.Errorf("%v: %d %s", names, resp.StatusCode, body)
		}
	}
}

func TestMaxResultsIsBounded(t *testing.T) {
	c := newCloud(t)
	for _, n := range []string{"0", "501", "x"} {
		_, err := c.GetApis(t.Context(), &apigatewayv2.GetApisInput{MaxResults: &n})
		wiretest.WantError(t, err, "BadRequestException", "maxResults")
	}
	if _, err := c.GetApis(t.Context(), &apigatewayv2.GetApisInput{MaxResults: aws.String("500")}); err != nil {
		t.Error(err)
	}
}
