package function

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// request is an HTTP event of payload format 2.0, with what binding asks of it.
type request struct {
	events.APIGatewayV2HTTPRequest
	query url.Values
}

func readRequest(event []byte) (*request, error) {
	var r request
	if err := json.Unmarshal(event, &r.APIGatewayV2HTTPRequest); err != nil {
		return nil, fmt.Errorf("the event is no HTTP request: %w", err)
	}
	if r.Version != "2.0" {
		return nil, fmt.Errorf("the event is no HTTP request of payload format 2.0 (version %q)", r.Version)
	}
	return &r, nil
}

// parseQuery reads the raw query: the event's own map joins repeated parameters
// with commas and cannot be told from a value that has one.
func (r *request) parseQuery() error {
	query, err := url.ParseQuery(r.RawQueryString)
	if err != nil {
		return badRequest("The query string is not well formed.")
	}
	r.query = query
	return nil
}

// values returns what the request has under a name; nothing when it is absent.
func (r *request) values(src source, name string) []string {
	var value string
	var ok bool
	switch src {
	case fromQuery:
		return r.query[name]
	case fromPath:
		value, ok = r.PathParameters[name]
	case fromHeader:
		value, ok = r.Headers[strings.ToLower(name)]
	}
	if !ok {
		return nil
	}
	return []string{value}
}

// body returns the request's body as it was sent, limit bytes at most.
func (r *request) body(limit int) ([]byte, error) { return RawBody(r.APIGatewayV2HTTPRequest, limit) }

// RawBody returns the body of an event as the client has sent it, byte by byte, as a
// signature is of it. A body of more than limit bytes is a Problem with the status 413.
func RawBody(e events.APIGatewayV2HTTPRequest, limit int) ([]byte, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(e.Body)
		if err != nil {
			return nil, badRequest("The body is not valid base64.")
		}
		body = decoded
	}
	if len(body) > limit {
		return nil, &Problem{Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("The body has %d bytes; %d are allowed.", len(body), limit)}
	}
	return body, nil
}

// checkJSONType wants a body to say that it is JSON in UTF-8.
func (r *request) checkJSONType() error {
	given := r.Headers["content-type"]
	media, params, err := mime.ParseMediaType(given)
	isJSON := media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
	charset := strings.ToLower(params["charset"])
	if err == nil && isJSON && (charset == "" || charset == "utf-8" || charset == "utf8") {
		return nil
	}
	return &Problem{
		Status: http.StatusUnsupportedMediaType,
		Detail: fmt.Sprintf("The body must be application/json in UTF-8; Content-Type says %q.", given),
	}
}
