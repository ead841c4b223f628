package event

import (
	"bytes"
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

// preludeEnd separates the status and the headers of a streamed answer, as JSON,
// from its body.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
var preludeEnd = make([]byte, 8)

// ParseStream reads the result of a function behind a URL, which is complete. It
// reports false when the result is no streamed answer.
func ParseStream(result []byte) (Response, bool) {
	prelude, body, ok := bytes.Cut(result, preludeEnd)
	if !ok {
		return Response{}, false
	}
	r, ok := ParseResponse(prelude)
	r.Body = string(body)
	return r, ok
}
