package apigateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// response is a function's answer in payload format 2.0.
type response struct {
	status  int
	headers map[string]string
	cookies []string
	body    []byte
}

// answer writes the function's answer.
func (x *exchange) answer(w http.ResponseWriter, raw []byte) {
	r, err := parseResponse(raw)
	if err != nil {
		x.fail(w, http.StatusInternalServerError, failed)
		x.failure = "The response from the Lambda function doesn't match the format that API Gateway expects: " + err.Error()
		return
	}
	h := w.Header()
	for name, value := range r.headers {
		if x.api.CORS != nil && strings.HasPrefix(strings.ToLower(name), "access-control-") {
			continue // the API's configuration decides
		}
		h.Set(name, value)
	}
	for _, c := range r.cookies {
		h.Add("Set-Cookie", c)
	}
	if h.Get("Content-Type") == "" && len(r.body) > 0 {
		h.Set("Content-Type", "text/plain; charset=utf-8")
	}
	if r.status == http.StatusNoContent || r.status == http.StatusNotModified {
		h.Del("Content-Length") // neither has a body
		w.WriteHeader(r.status)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(r.body)))
	w.WriteHeader(r.status)
	if x.req.Method != http.MethodHead {
		_, _ = w.Write(r.body) // the client is gone: there is no one to report an error to
	}
}

// parseResponse reads an answer: an object with a statusCode is a response,
// anything else is the body of one, as JSON.
func parseResponse(raw []byte) (response, error) {
	var full struct {
		StatusCode      json.RawMessage
		Headers         map[string]any
		Cookies         []string
		Body            any
		IsBase64Encoded bool
	}
	if !json.Valid(raw) {
		return response{}, errors.New("it is not JSON")
	}
	isObject := bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{"))
	if isObject {
		var probe map[string]json.RawMessage
		if err := json.Unmarshal(raw, &probe); err != nil {
			return response{}, err
		}
		_, isObject = probe["statusCode"]
	}
	if !isObject {
		return plainResponse(raw), nil
	}
	if err := json.Unmarshal(raw, &full); err != nil {
		return response{}, err
	}
	r := response{cookies: full.Cookies, headers: map[string]string{}}
	var err error
	if r.status, err = strconv.Atoi(strings.Trim(string(full.StatusCode), `"`)); err != nil || r.status < 200 || r.status > 599 {
		return r, fmt.Errorf("statusCode %s is no HTTP status", full.StatusCode)
	}
	for name, value := range full.Headers {
		r.headers[name] = fmt.Sprint(value)
	}
	r.body, err = body(full.Body, full.IsBase64Encoded)
	return r, err
}

// plainResponse returns the response for an answer without a statusCode.
func plainResponse(raw []byte) response {
	var text string
	if json.Unmarshal(raw, &text) == nil && !bytes.Equal(raw, []byte("null")) {
		raw = []byte(text)
	}
	return response{status: http.StatusOK, headers: map[string]string{"Content-Type": "application/json"}, body: raw}
}

func body(v any, isBase64 bool) ([]byte, error) {
	text, isText := v.(string)
	switch {
	case v == nil:
		return nil, nil
	case !isText:
		return nil, errors.New("its body is not a string")
	case isBase64:
		return base64.StdEncoding.DecodeString(text)
	}
	return []byte(text), nil
}
