package apigateway

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// event is a request in payload format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type event struct {
	Version               string            `json:"version"`
	RouteKey              string            `json:"routeKey"`
	RawPath               string            `json:"rawPath"`
	RawQueryString        string            `json:"rawQueryString"`
	Cookies               []string          `json:"cookies,omitempty"`
	Headers               map[string]string `json:"headers"`
	QueryStringParameters map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext        requestContext    `json:"requestContext"`
	PathParameters        map[string]string `json:"pathParameters,omitempty"`
	StageVariables        map[string]string `json:"stageVariables,omitempty"`
	Body                  string            `json:"body,omitempty"`
	IsBase64Encoded       bool              `json:"isBase64Encoded"`
}

type requestContext struct {
	AccountID    string      `json:"accountId"`
	APIID        string      `json:"apiId"`
	DomainName   string      `json:"domainName"`
	DomainPrefix string      `json:"domainPrefix"`
	HTTP         httpContext `json:"http"`
	RequestID    string      `json:"requestId"`
	RouteKey     string      `json:"routeKey"`
	Stage        string      `json:"stage"`
	Time         string      `json:"time"`
	TimeEpoch    int64       `json:"timeEpoch"`

	Authorizer map[string]any `json:"authorizer,omitempty"`
}

type httpContext struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

// commonLogTime is the time format of requestContext.time.
const commonLogTime = "02/Jan/2006:15:04:05 -0700"

func (x *exchange) event(env *wire.Env) event {
	e := event{
		Version: "2.0", RouteKey: x.route.Key, RawPath: x.path, RawQueryString: x.req.URL.RawQuery,
		Cookies: cookies(x.req.Header), Headers: x.headers(), QueryStringParameters: parameters(x.req.URL.RawQuery),
		PathParameters: x.vars, StageVariables: x.stage.Variables,
		RequestContext: requestContext{
			AccountID: env.Account, APIID: x.api.ID, DomainName: x.api.ID + dataDomain, DomainPrefix: x.api.ID,
			HTTP: httpContext{
				Method: x.req.Method, Path: x.path, Protocol: x.req.Proto,
				SourceIP: x.sourceIP(), UserAgent: x.req.UserAgent(),
			},
			RequestID: x.id, RouteKey: x.route.Key, Stage: x.stage.Name,
			Time: x.at.UTC().Format(commonLogTime), TimeEpoch: x.at.UnixMilli(),
			Authorizer: x.authorizer,
		},
	}
	e.Body = string(x.body)
	if len(x.body) > 0 && !isText(x.req.Header.Get("Content-Type"), x.body) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(x.body), true
	}
	return e
}

// requestID is random, in AWS's form ("JKJaXmPLvHcESHA=").
func requestID() string {
	var b [11]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.StdEncoding.EncodeToString(b[:])
}

func (x *exchange) sourceIP() string {
	host, _, err := net.SplitHostPort(x.req.RemoteAddr)
	if err != nil {
		return x.req.RemoteAddr
	}
	return host
}

// hopByHop are the headers that end at the gateway.
var hopByHop = []string{
	"Connection", "Cookie", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

// headers returns the headers in lower case, with the values of repeated headers
// joined, and the headers that a gateway adds. Cookies have a member of their
// own.
func (x *exchange) headers() map[string]string {
	all := map[string]string{}
	for name, values := range x.req.Header {
		if !slices.Contains(hopByHop, name) {
			all[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	_, port, err := net.SplitHostPort(x.req.Host)
	if err != nil {
		port = "80"
	}
	forwarded := x.sourceIP()
	if before := all["x-forwarded-for"]; before != "" {
		forwarded = before + ", " + forwarded
	}
	all["host"] = x.req.Host
	all["content-length"] = fmt.Sprint(len(x.body))
	all["x-forwarded-for"], all["x-forwarded-port"], all["x-forwarded-proto"] = forwarded, port, "http"
	if all["x-amzn-trace-id"] == "" {
		all["x-amzn-trace-id"] = traceID(x.at.Unix())
	}
	return all
}

func traceID(seconds int64) string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("Root=1-%08x-%x", seconds, b)
}

func cookies(h http.Header) (all []string) {
	for _, line := range h.Values("Cookie") {
		for c := range strings.SplitSeq(line, ";") {
			if c = strings.TrimSpace(c); c != "" {
				all = append(all, c)
			}
		}
	}
	return all
}

// parameters returns the decoded query string, with the values of repeated
// parameters joined.
func parameters(raw string) map[string]string {
	var all map[string]string
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = unescape(name), unescape(value)
		if before, ok := all[name]; ok {
			value = before + "," + value
		}
		if all == nil {
			all = map[string]string{}
		}
		all[name] = value
	}
	return all
}

func unescape(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return plain
}

// isText reports whether a body is passed to the function as text. As on AWS,
// forms are not.
func isText(contentType string, body []byte) bool {
	if !utf8.Valid(body) {
		return false
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return contentType == ""
	}
	switch kind {
	case "application/json", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml")
}
