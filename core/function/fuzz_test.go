package function_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/seastack/seastack/core/function"
)

// fuzzed has a field of each kind that a body, a path, a query and a header fill.
type fuzzed struct {
	ID     uuid.UUID       `path:"id" json:"-"`
	Limit  *int8           `query:"limit" json:"-"`
	Tags   []string        `query:"tag" json:"-"`
	Since  time.Time       `query:"since" json:"-"`
	Trace  string          `header:"X-Trace" json:"-"`
	Name   string          `json:"name"`
	Small  int8            `json:"small,omitempty"`
	Ratio  float32         `json:"ratio,omitempty"`
	Inner  *inner          `json:"inner,omitempty"`
	List   []inner         `json:"list,omitempty"`
	Counts map[string]uint `json:"counts,omitempty"`
	Pair   [2]bool         `json:"pair"`
	Bytes  []byte          `json:"bytes,omitempty"`
	Any    any             `json:"any,omitempty"`
}

// FuzzBind asserts that no request makes the decoder panic or answer that it is its
// own fault; that encoding/json, which is less strict, reads what is accepted to the
// same value; and that what was accepted can be sent back and is the same again.
func FuzzBind(f *testing.F) {
	const id = "0190163d-8694-739b-aea5-966c26f8ad91"
	for _, body := range []string{
		`{"name":"Ada"}`, `{"name":"Ada","inner":{"level":3,"when":"2026-01-01T00:00:00Z"},"list":[{"level":-1}],"counts":{"a":1},"pair":[true,false],"bytes":"aGk=","any":[1e3,null,{"a":"b"}]}`,
		`{"name":"a","name":"b"}`, `{"Name":"a"}`, `{"name":"\ud800"}`, `{"name":"\u0000"}`, `{"name":"\\u0000"}`, `{"name":null,"inner":null,"pair":[true]}`, `{"any":{"a":1,"a":2}}`,
		`{"small":128,"ratio":1e39}`, `{"bytes":"aGk"}`, `{"counts":{"":-1}}`, `[]`, `null`, `{`, `{"name":"x"}{}`, "", " ", `{"inner":{"level":1,"when":"2026-02-30T00:00:00Z"}}`, `{"any":-0.0}`,
	} {
		f.Add(id, "limit=1&tag=a&tag=b&since=2026-01-01T00:00:00Z", "t", body)
	}
	f.Add("", "limit=1&limit=2", "\x00", `{}`)
	f.Add("x", "%", "\xff", `{}`)
	f.Fuzz(func(t *testing.T, id, query, trace, body string) {
		request := call{path: map[string]string{"id": id}, query: query, headers: map[string]string{"x-trace": trace}, body: body, base64: true}
		got, status := bound(t, request)
		switch status {
		case http.StatusNoContent:
		case http.StatusBadRequest, http.StatusUnsupportedMediaType:
			return
		default:
			t.Fatalf("status %d", status)
		}
		lax := fuzzed{ID: got.ID, Limit: got.Limit, Tags: got.Tags, Since: got.Since, Trace: got.Trace}
		if err := decodeLax(body, &lax); err != nil {
			t.Fatalf("encoding/json refuses what was accepted: %v", err)
		}
		if diff := cmp.Diff(lax, got); diff != "" {
			t.Fatalf("encoding/json reads another value (-it +got):\n%s", diff)
		}
		raw, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		request.body = string(raw)
		again, status := bound(t, request)
		if diff := cmp.Diff(got, again, cmpopts.EquateEmpty()); status != http.StatusNoContent || diff != "" {
			t.Fatalf("%s: status %d (-got +again):\n%s", raw, status, diff)
		}
	})
}

// bound returns what the handler was given, and the status.
func bound(t *testing.T, c call) (got fuzzed, status int) {
	t.Helper()
	h := function.HTTPIn(func(_ context.Context, in fuzzed) error { got = in; return nil })
	if err := h.Err(); err != nil {
		t.Fatal(err)
	}
	return got, serve(t, h, c).StatusCode
}

// decodeLax reads a body with encoding/json, which has to take all of it.
func decodeLax(body string, into *fuzzed) error {
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("it has something behind the value")
	}
	return nil
}
