package auth

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Request is what an authorizer is asked about.
type Request struct {
	Route      string            // its key: "GET /interviews/{id}"
	Method     string            // "GET"
	Path       string            // "/interviews/7"
	PathValues map[string]string // of the route's variables
	Query      url.Values
	Header     http.Header // with cookies as Cookie; values of one name are joined with commas
	Identity   []string    // values of the headers that the annotation names
	SourceIP   string
	RequestID  string
}

// NewRequest returns the request of an event.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
func NewRequest(e events.APIGatewayV2CustomAuthorizerV2Request) Request {
	query, _ := url.ParseQuery(e.RawQueryString) // what is not well formed is left out
	r := Request{
		Route: e.RouteKey, Method: e.RequestContext.HTTP.Method, Path: e.RawPath, PathValues: e.PathParameters,
		Query: query, Header: http.Header{}, Identity: e.IdentitySource,
		SourceIP: e.RequestContext.HTTP.SourceIP, RequestID: e.RequestContext.RequestID,
	}
	for name, value := range e.Headers {
		r.Header.Set(name, value)
	}
	if len(e.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	return r
}

// Bearer returns the token of the header Authorization; "" where that has another
// scheme, or none.
// https://datatracker.ietf.org/doc/html/rfc6750#section-2.1
func (r Request) Bearer() string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// Cookie returns the value of a cookie; "" where there is none.
func (r Request) Cookie(name string) string {
	cookie, err := (&http.Request{Header: r.Header}).Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}
