package function

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// serveHTTP invokes a handler with an event of API Gateway's.
func serveHTTP(t *testing.T, h Handler, change func(*events.APIGatewayV2HTTPRequest)) events.APIGatewayV2HTTPResponse {
	t.Helper()
	event := events.APIGatewayV2HTTPRequest{Version: "2.0", RouteKey: "ANY /x/{proxy+}", RawPath: "/x/a b/7", RawQueryString: "q=1&q=2%20c",
		Cookies: []string{"a=1", "b=2"}, Headers: map[string]string{"host": "api.example.com", "x-name": "Ann", "content-type": "text/plain"},
		PathParameters: map[string]string{"proxy": "a b/7"}, Body: "hello"}
	event.RequestContext.HTTP.Method, event.RequestContext.HTTP.SourceIP, event.RequestContext.Stage = "POST", "192.0.2.1", "$default"
	if change != nil {
		change(&event)
	}
	raw, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.invoke(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(out, &response); err != nil {
		t.Fatal(err)
	}
	return response
}

// TestHTTPHandlerSeesTheRequest routes with a ServeMux, which sees what it would see
// on a server.
func TestHTTPHandlerSeesTheRequest(t *testing.T) {
	made := 0
	h := HTTPHandler(func() http.Handler {
		made++
		mux := http.NewServeMux()
		mux.HandleFunc("POST /x/{name}/{id}", func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			a, _ := r.Cookie("a")
			b, _ := r.Cookie("b")
			event, ok := HTTPEvent(r.Context())
			fmt.Fprintln(w, r.PathValue("name"), r.PathValue("id"), r.URL.Query()["q"], r.Host, r.Header.Get("X-Name"), r.Header.Get("Host") == "",
				a.Value, b.Value, string(body), r.ContentLength, r.RemoteAddr, r.RequestURI, event.RouteKey, ok)
		})
		return mux
	})
	for range 2 {
		r := serveHTTP(t, h, nil)
		const want = "a b 7 [1 2 c] api.example.com Ann true 1 2 hello 5 192.0.2.1:0 /x/a%20b/7?q=1&q=2%20c ANY /x/{proxy+} true\n"
		if r.StatusCode != 200 || r.Body != want || r.Headers["content-type"] != "text/plain; charset=utf-8" || r.IsBase64Encoded {
			t.Errorf("got %d %v\n%s", r.StatusCode, r.Headers, r.Body)
		}
	}
	if made != 1 {
		t.Errorf("the handler was made %d times", made)
	}
	r := serveHTTP(t, h, func(e *events.APIGatewayV2HTTPRequest) { e.RawPath, e.RequestContext.Stage = "/dev/x/a b/7", "dev" })
	if r.StatusCode != 200 {
		t.Errorf("behind a stage: %d", r.StatusCode)
	}
	if r := serveHTTP(t, h, func(e *events.APIGatewayV2HTTPRequest) { e.RequestContext.HTTP.Method = "GET" }); r.StatusCode != 405 || r.Headers["allow"] != "POST" {
		t.Errorf("another method: %d %v", r.StatusCode, r.Headers)
	}
}

// TestHTTPFuncAnswers sends what handlers answer in the ways of API Gateway.
func TestHTTPFuncAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		serve func(http.ResponseWriter, *http.Request)
		want  string
	}{
		"nothing": {func(http.ResponseWriter, *http.Request) {}, `{"statusCode":200,"headers":{},"multiValueHeaders":null,"body":"","cookies":null}`},
		"cookies and values": {func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
			w.Header().Add("X-A", "1")
			w.Header().Add("X-A", "2")
			w.WriteHeader(103)
			w.WriteHeader(202)
			w.WriteHeader(500)
			w.Header().Set("X-Late", "1")
		}, `{"statusCode":202,"headers":{"x-a":"1, 2"},"multiValueHeaders":null,"body":"","cookies":["a=1","b=2"]}`},
		"bytes": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte{0xff, 0xfe, 0}) },
			`{"statusCode":200,"headers":{"content-type":"application/octet-stream"},"multiValueHeaders":null,"body":"//4A","isBase64Encoded":true,"cookies":null}`},
		"compressed": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			w.Header().Set("Content-Type", "text/plain")
			_, _ = w.Write([]byte("a"))
		}, `{"statusCode":200,"headers":{"content-encoding":"br","content-type":"text/plain"},"multiValueHeaders":null,"body":"YQ==","isBase64Encoded":true,"cookies":null}`},
		"panic": {func(http.ResponseWriter, *http.Request) { panic("no") }, `"statusCode":500`},
	} {
		r := serveHTTP(t, HTTPFunc(c.serve), nil)
		got, err := json.Marshal(r)
		if err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%s: got\n%s, want\n%s", name, got, c.want)
		}
	}
}

// TestHTTPHandlerDecodesBodies: bytes come in base64, and what is no base64 is the
// caller's mistake.
func TestHTTPHandlerDecodesBodies(t *testing.T) {
	echo := HTTPFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	for body, want := range map[string]int{"aGVsbG8=": 200, "!": 400} {
		r := serveHTTP(t, echo, func(e *events.APIGatewayV2HTTPRequest) { e.Body, e.IsBase64Encoded = body, true })
		if r.StatusCode != want || want == 200 && r.Body != "hello" {
			t.Errorf("%s: got %d %s", body, r.StatusCode, r.Body)
		}
	}
	if _, ok := HTTPEvent(context.Background()); ok {
		t.Error("there is an event without a request")
	}
}
