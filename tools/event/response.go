package event

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Response is what an HTTP client would get.
type Response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body"`
}

// ParseResponse reads the result of a function behind a route. It reports false
// when the result is not an HTTP response.
func ParseResponse(result []byte) (Response, bool) {
	var r events.APIGatewayV2HTTPResponse
	if json.Unmarshal(result, &r) != nil || r.StatusCode == 0 {
		return Response{}, false
	}
	out := Response{Status: r.StatusCode, Headers: r.Headers, Body: r.Body}
	for name, values := range r.MultiValueHeaders {
		out.Headers = with(out.Headers, name, strings.Join(values, ","))
	}
	if len(r.Cookies) > 0 {
		out.Headers = with(out.Headers, "set-cookie", strings.Join(r.Cookies, ", "))
	}
	if r.IsBase64Encoded {
		body, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			return Response{}, false
		}
		out.Body = string(body)
	}
	return out, true
}
