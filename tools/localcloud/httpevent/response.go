package httpevent

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

// Response is a function's answer in payload format 2.0.
type Response struct {
	Status  int
	Headers map[string]string
	Cookies []string
	Body    []byte
}

// Write writes the answer to a request of the method. Headers that skip reports true
// for, by their name in lower case, are left out.
func (r Response) Write(w http.ResponseWriter, method string, skip func(name string) bool) {
	r.Header(w.Header(), skip)
	h := w.Header()
	if h.Get("Content-Type") == "" && len(r.Body) > 0 {
		h.Set("Content-Type", "text/plain; charset=utf-8")
	}
	if !HasBody(r.Status) {
		h.Del("Content-Length")
		w.WriteHeader(r.Status)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(r.Body)))
	w.WriteHeader(r.Status)
	if method != http.MethodHead {
		_, _ = w.Write(r.Body) // the client is gone: there is no one to report an error to
	}
}

// Header sets the answer's headers, without those that skip reports true for.
func (r Response) Header(h http.Header, skip func(name string) bool) {
	for name, value := range r.Headers {
		if !skip(strings.ToLower(name)) {
			h.Set(name, value)
		}
	}
	for _, c := range r.Cookies {
		h.Add("Set-Cookie", c)
	}
}

// HasBody reports whether an answer with the status may have a body.
func HasBody(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

// ParseResponse reads an answer: an object with a statusCode is a response,
// anything else is the body of one, as JSON.
func ParseResponse(raw []byte) (Response, error) {
	var full struct {
		StatusCode      json.RawMessage
		Headers         map[string]any
		Cookies         []string
		Body            any
		IsBase64Encoded bool
	}
	if !json.Valid(raw) {
		return Response{}, errors.New("it is not JSON")
	}
	isObject := bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{"))
	if isObject {
		var probe map[string]json.RawMessage
		if err := json.Unmarshal(raw, &probe); err != nil {
			return Response{}, err
		}
		_, isObject = probe["statusCode"]
	}
	if !isObject {
		return plainResponse(raw), nil
	}
	if err := json.Unmarshal(raw, &full); err != nil {
		return Response{}, err
	}
	r := Response{Cookies: full.Cookies, Headers: map[string]string{}}
	var err error
	if r.Status, err = strconv.Atoi(strings.Trim(string(full.StatusCode), `"`)); err != nil || r.Status < 200 || r.Status > 599 {
		return r, fmt.Errorf("statusCode %s is no HTTP status", full.StatusCode)
	}
	for name, value := range full.Headers {
		r.Headers[name] = fmt.Sprint(value)
	}
	r.Body, err = body(full.Body, full.IsBase64Encoded)
	return r, err
}

// plainResponse returns the response for an answer without a statusCode.
func plainResponse(raw []byte) Response {
	var text string
	if json.Unmarshal(raw, &text) == nil && !bytes.Equal(raw, []byte("null")) {
		raw = []byte(text)
	}
	return Response{Status: http.StatusOK, Headers: map[string]string{"Content-Type": "application/json"}, Body: raw}
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
