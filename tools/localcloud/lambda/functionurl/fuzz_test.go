package functionurl

import (
	"bufio"
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// FuzzReadPrelude: whatever a function writes, a prelude is read to its end or
// refused, and never has a status that a server cannot send.
func FuzzReadPrelude(f *testing.F) {
	for _, seed := range []string{
		`{"statusCode":201,"headers":{"a":"b"},"cookies":["c=1"]}` + "\x00\x00\x00\x00\x00\x00\x00\x00body",
		`{}` + "\x00\x00\x00\x00\x00\x00\x00\x00", "\x00\x00\x00\x00\x00\x00\x00\x00", `{"statusCode":99}` + "\x00\x00\x00\x00\x00\x00\x00\x00", `{"statusCode":"200"`, "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		from := bufio.NewReader(bytes.NewReader(raw))
		r, err := readPrelude(from)
		if err == nil && (r.Status < 200 || r.Status > 599) {
			t.Errorf("status %d of %q", r.Status, raw)
		}
		if before, _, ok := bytes.Cut(raw, delimiter); !ok && err == nil || ok && err == nil && len(before) > len(raw)-len(delimiter) {
			t.Errorf("%q was read without its end", raw)
		}
	})
}

// FuzzParseSignature: whatever stands in the header, a signature is whole or
// refused, and is not that of another secret.
func FuzzParseSignature(f *testing.F) {
	const date = "20260101T000000Z"
	for _, seed := range []string{
		algorithm + " Credential=AKID/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
		algorithm + " Credential=a/b/c/d/e,SignedHeaders=,Signature=", algorithm + " Credential=,,==", "Bearer x", "",
	} {
		f.Add(seed, date)
	}
	f.Fuzz(func(t *testing.T, header, date string) {
		req := httptest.NewRequest(http.MethodGet, "http://id.lambda-url.us-east-1.localhost/", nil)
		req.Header.Set("Authorization", header)
		req.Header.Set("X-Amz-Date", date)
		s, err := parseSignature(req)
		if err != nil {
			return
		}
		if s.key == "" || s.value == "" || len(s.headers) == 0 || s.at.Equal(time.Time{}) && date == "" {
			t.Errorf("%+v of %q", s, header)
		}
		if s.signs(req, nil, "a secret that signed nothing") {
			t.Errorf("%q is signed", header)
		}
	})
}
