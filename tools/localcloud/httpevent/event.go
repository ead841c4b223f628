// Package httpevent writes HTTP requests as events of payload format 2.0 and reads
// the answers of functions to them. HTTP APIs and function URLs share the format.
package httpevent

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
	"time"
	"unicode/utf8"
)

// Event is a request in payload format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type Event struct {
	Version               string            `json:"version"`
	RouteKey              string            `json:"routeKey"`
	RawPath               string            `json:"rawPath"`
	RawQueryString        string            `json:"rawQueryString"`
	Cookies               []string          `json:"cookies,omitempty"`
	Headers               map[string]string `json:"headers"`
	QueryStringParameters map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext        Context           `json:"requestContext"`
	PathParameters        map[string]string `json:"pathParameters,omitempty"`
	StageVariables        map[string]string `json:"stageVariables,omitempty"`
	Body                  string            `json:"body,omitempty"`
	IsBase64Encoded       bool              `json:"isBase64Encoded"`
}

// Context tells of a request what is not the client's.
type Context struct {
	AccountID    string `json:"accountId"`
	APIID        string `json:"apiId"`
	DomainName   string `json:"domainName"`
	DomainPrefix string `json:"domainPrefix"`
	HTTP         HTTP   `json:"http"`
	RequestID    string `json:"requestId"`
	RouteKey     string `json:"routeKey"`
	Stage        string `json:"stage"`
	Time         string `json:"time"`
	TimeEpoch    int64  `json:"timeEpoch"`

	Authorizer map[string]any `json:"authorizer,omitempty"`
}

// HTTP is the request itself.
type HTTP struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

// Time is the time format of Context.Time.
const Time = "02/Jan/2006:15:04:05 -0700"

// New returns the event of a request that arrived at a time, without what depends on
// where it arrived: the route, the path, and most of the context.
func New(req *http.Request, body []byte, at time.Time) Event {
	e := Event{
		Version: "2.0", RawQueryString: req.URL.RawQuery, Cookies: cookies(req.Header), Headers: headers(req, len(body), at),
		QueryStringParameters: Parameters(req.URL.RawQuery),
		RequestContext: Context{
			HTTP: HTTP{Method: req.Method, Protocol: req.Proto, SourceIP: SourceIP(req), UserAgent: req.UserAgent()},
			Time: at.UTC().Format(Time), TimeEpoch: at.UnixMilli(),
		},
	}
	e.Body = string(body)
	if len(body) > 0 && !isText(req.Header.Get("Content-Type"), body) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return e
}

// SourceIP returns the address of the client.
func SourceIP(req *http.Request) string {
	host, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		return req.RemoteAddr
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
func headers(req *http.Request, length int, at time.Time) map[string]string {
	all := map[string]string{}
	for name, values := range req.Header {
		if !slices.Contains(hopByHop, name) {
			all[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	_, port, err := net.SplitHostPort(req.Host)
	if err != nil {
		port = "80"
	}
	forwarded := SourceIP(req)
	if before := all["x-forwarded-for"]; before != "" {
		forwarded = before + ", " + forwarded
	}
	all["host"] = req.Host
	all["content-length"] = fmt.Sprint(length)
	all["x-forwarded-for"], all["x-forwarded-port"], all["x-forwarded-proto"] = forwarded, port, "http"
	if all["x-amzn-trace-id"] == "" {
		all["x-amzn-trace-id"] = traceID(at.Unix())
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

// Parameters returns the decoded query string, with the values of repeated
// parameters joined.
func Parameters(raw string) map[string]string {
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
