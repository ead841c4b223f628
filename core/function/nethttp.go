package function

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/internal/requestevent"
)

// HTTPHandler serves requests with a handler of package net/http, such as a router,
// which makeHandler makes once. A request is as such handlers know it: its path is
// the whole path, variables of the API's route are path values, the client's address
// is RemoteAddr. The answer is sent when the handler returns; there are no streams and
// no hijacked connections.
func HTTPHandler(makeHandler func() http.Handler) Handler {
	h := makeHandler()
	return httpHandler(nil, http.StatusOK, nil, func(ctx context.Context, req *request, _ httpOptions) (any, error) {
		r, err := req.netHTTP(ctx)
		if err != nil {
			return nil, err
		}
		w := &recorder{header: http.Header{}}
		h.ServeHTTP(w, r)
		return whole(w.response()), nil
	})
}

// HTTPFunc is HTTPHandler for a function.
func HTTPFunc(f func(http.ResponseWriter, *http.Request)) Handler {
	return HTTPHandler(func() http.Handler { return http.HandlerFunc(f) })
}

// HTTPEvent returns the event of the request that a handler serves: what API Gateway
// knows of it. auth.From returns the caller.
func HTTPEvent(ctx context.Context) (events.APIGatewayV2HTTPRequest, bool) {
	e := requestevent.From(ctx)
	if e == nil {
		return events.APIGatewayV2HTTPRequest{}, false
	}
	return *e, true
}

// netHTTP returns the request as package net/http has it on a server.
func (r *request) netHTTP(ctx context.Context) (*http.Request, error) {
	body, err := r.body(math.MaxInt) // the API has its own limit
	if err != nil {
		return nil, err
	}
	// The path is not escaped in the event, and begins with the stage unless that is
	// the default one.
	path := r.RawPath
	if stage := r.RequestContext.Stage; stage != "" && stage != "$default" {
		path = "/" + strings.TrimPrefix(strings.TrimPrefix(path, "/"+stage), "/")
	}
	u := &url.URL{Path: path, RawQuery: r.RawQueryString}
	req := (&http.Request{
		Method: r.RequestContext.HTTP.Method, URL: u, RequestURI: u.RequestURI(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		Host: r.RequestContext.DomainName, RemoteAddr: r.RequestContext.HTTP.SourceIP + ":0",
	}).WithContext(ctx)
	for name, value := range r.Headers {
		req.Header.Set(name, value)
	}
	if len(r.Cookies) > 0 {
		req.Header.Set("Cookie", strings.Join(r.Cookies, "; "))
	}
	if host := req.Header.Get("Host"); host != "" { // servers have it apart
		req.Host = host
		req.Header.Del("Host")
	}
	for name, value := range r.PathParameters {
		req.SetPathValue(name, value)
	}
	return req, nil
}

// recorder keeps what a handler answers.
type recorder struct {
	header http.Header
	sent   http.Header // as it was when the answer began
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK { // what informs comes before the answer
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// response returns the answer as API Gateway takes it: a header's values in one, apart
// from cookies; a body that is no text in base64.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func (w *recorder) response() events.APIGatewayV2HTTPResponse {
	w.WriteHeader(http.StatusOK)
	header := w.sent
	body := w.body.Bytes()
	if len(body) > 0 && header.Get("Content-Type") == "" {
		header.Set("Content-Type", http.DetectContentType(body))
	}
	r := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}, Cookies: header["Set-Cookie"]}
	for name, values := range maps.All(header) {
		if name != "Set-Cookie" {
			r.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
		}
	}
	if utf8.Valid(body) && header.Get("Content-Encoding") == "" {
		r.Body = string(body)
		return r
	}
	r.Body, r.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	return r
}
