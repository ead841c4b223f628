package event

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/gen/model"
)

// Request is an HTTP request to make an event of.
type Request struct {
	Method string
	Target string // path and query, as in the first line of a request
	Header http.Header
	Body   []byte
}

// ParseRequest reads a method and a target: "GET /interviews?limit=2". Without a
// method it is GET.
func ParseRequest(line string) (Request, error) {
	method, target, found := strings.Cut(strings.TrimSpace(line), " ")
	if !found {
		method, target = http.MethodGet, method
	}
	r := Request{Method: strings.ToUpper(method), Target: strings.TrimSpace(target), Header: http.Header{}}
	if !strings.HasPrefix(r.Target, "/") || strings.ContainsAny(r.Target, " \t") {
		return r, fmt.Errorf("%q is not a request such as GET /interviews?limit=2", line)
	}
	return r, nil
}

// AddHeader adds a header that is written as "Name: value".
func (r *Request) AddHeader(line string) error {
	name, value, found := strings.Cut(line, ":")
	if name = strings.TrimSpace(name); !found || name == "" || strings.ContainsAny(name, " \t") {
		return fmt.Errorf("%q is not a header such as Content-Type: text/plain", line)
	}
	r.Header.Add(name, strings.TrimSpace(value))
	return nil
}

// HTTP returns the event of a request to a route in payload format 2.0, as JSON.
// The method ANY, which is a route's and not a request's, becomes GET. The error
// says how the request differs from the route.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func HTTP(route model.HTTP, r Request, now time.Time) ([]byte, error) {
	target, err := url.ParseRequestURI(r.Target)
	if err != nil && strings.Contains(r.Target, "{") { // a route's own path, whose variables are no URL
		target, err = &url.URL{Path: r.Target}, nil
	}
	if err != nil {
		return nil, err
	}
	if r.Method == "ANY" {
		r.Method = http.MethodGet
	}
	vars, ok := match(route.Path, target.Path)
	if !ok || route.Method != "ANY" && route.Method != r.Method {
		return nil, fmt.Errorf("%s %s does not reach the function's route %s", r.Method, target.Path, route.Route())
	}
	return r.event(target, events.APIGatewayV2HTTPRequest{
		RouteKey: route.Route(), RawPath: target.Path, PathParameters: vars,
		RequestContext: requestContext(route.Route(), r.Method, target.Path, now),
	})
}

// URL returns the event of a request to a function's URL, as JSON. Its path is
// escaped, unlike that of a request to a route.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
func URL(r Request, now time.Time) ([]byte, error) {
	const route = "$default"
	target, err := url.ParseRequestURI(r.Target)
	if err != nil {
		return nil, err
	}
	return r.event(target, events.APIGatewayV2HTTPRequest{
		RouteKey: route, RawPath: target.EscapedPath(), RequestContext: requestContext(route, r.Method, target.Path, now),
	})
}

// event completes an event with what is the request's own.
func (r Request) event(target *url.URL, e events.APIGatewayV2HTTPRequest) ([]byte, error) {
	e.Version, e.RawQueryString, e.QueryStringParameters = "2.0", target.RawQuery, query(target.Query())
	e.Cookies, e.Headers = r.Header.Values("Cookie"), r.headers()
	e.Body = string(r.Body)
	if !utf8.Valid(r.Body) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(r.Body), true
	}
	return json.Marshal(e)
}

func requestContext(route, method, path string, now time.Time) events.APIGatewayV2HTTPRequestContext {
	return events.APIGatewayV2HTTPRequestContext{
		RouteKey: route, AccountID: account, Stage: "$default", RequestID: id(), APIID: "invoke",
		DomainName: "invoke.execute-api.localhost", DomainPrefix: "invoke",
		Time: now.UTC().Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: now.UnixMilli(),
		HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
			Method: method, Path: path, Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "seastack",
		},
	}
}

// headers returns the headers in lower case, values of the same name joined. A
// body without a type is JSON.
func (r Request) headers() map[string]string {
	all := map[string]string{"host": "invoke.execute-api.localhost"}
	if len(r.Body) > 0 {
		all["content-type"] = "application/json"
		all["content-length"] = fmt.Sprint(len(r.Body))
	}
	for name, values := range r.Header {
		if name != "Cookie" {
			all[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	return all
}

func query(values url.Values) map[string]string {
	var all map[string]string
	for name, v := range values {
		if all == nil {
			all = map[string]string{}
		}
		all[name] = strings.Join(v, ",")
	}
	return all
}

// match reports whether a path fits that of a route, and returns the values of
// its variables.
func match(pattern, path string) (vars map[string]string, ok bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, segment := range want {
		name, isVariable := strings.CutPrefix(segment, "{")
		name = strings.TrimSuffix(name, "}")
		rest, isGreedy := strings.CutSuffix(name, "+")
		switch {
		case i >= len(have):
			return nil, false
		case isVariable && isGreedy:
			return with(vars, rest, strings.Join(have[i:], "/")), true
		case isVariable && have[i] != "":
			vars = with(vars, name, have[i])
		case segment != have[i]:
			return nil, false
		}
	}
	return vars, len(want) == len(have)
}

func with(vars map[string]string, name, value string) map[string]string {
	if vars == nil {
		vars = map[string]string{}
	}
	vars[name] = value
	return vars
}
