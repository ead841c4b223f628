package function_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
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

// acceptedBody has all members.
const acceptedBody = `{"name":"Ada","small":1,"ratio":0.5,"inner":{"level":3,"when":"2026-01-01T00:00:00Z"},"list":[{"level":-1}],` +
	`"counts":{"a":1},"pair":[true,false],"bytes":"aGk=","any":[1e3,null,{"a":"b"}]}`

// TestFuzzedIsAccepted: what FuzzBind asserts of accepted requests is asserted.
func TestFuzzedIsAccepted(t *testing.T) {
	got, status := bound(t, uuid.NewString(), "limit=1", "t", acceptedBody)
	if status != http.StatusNoContent || got.Name != "Ada" || !got.Pair[0] {
		t.Errorf("status %d, %+v", status, got)
	}
}

// FuzzBind asserts that no request makes the decoder panic or answer that it is its
// own fault; that what is accepted has each name once and as it is written; that
// encoding/json, which is less strict, reads it to the same value; and that it can be
// sent back and is the same again.
func FuzzBind(f *testing.F) {
	const (
		id    = "0190163d-8694-739b-aea5-966c26f8ad91"
		query = "limit=1&tag=a&tag=b&since=2026-01-01T00:00:00Z"
	)
	for _, body := range []string{
		acceptedBody,
		`{"name":"Ada"}`,
		`{"name":"a","name":"b"}`, `{"Name":"a"}`, `{"name":"\ud800"}`, `{"name":"\u0000"}`, `{"name":"\\u0000"}`, `{"name":null,"inner":null,"pair":[true]}`, `{"any":{"a":1,"a":2}}`,
		`{"small":128,"ratio":1e39}`, `{"bytes":"aGk"}`, `{"counts":{"":-1}}`, `[]`, `null`, `{`, `{"name":"x"}{}`, "", " ", `{"inner":{"level":1,"when":"2026-02-30T00:00:00Z"}}`, `{"any":-0.0}`, `{"name":"a","pair":[true]}`,
		`{"name":"a","inner":{"Level":1}}`, `{"name":"a","inner":{"level":1,"level":2}}`, `{"name":"a","list":[{"other":1}]}`,
	} {
		f.Add(id, query, "t", body)
	}
	f.Add("", "limit=1&limit=2", "\x00", `{}`)
	f.Add("x", "%", "\xff", `{}`)
	f.Fuzz(func(t *testing.T, id, query, trace, body string) {
		got, status := bound(t, id, query, trace, body)
		switch status {
		case http.StatusNoContent:
		case http.StatusBadRequest, http.StatusUnsupportedMediaType:
			return
		default:
			t.Fatalf("status %d", status)
		}
		if err := checkStrict(body); err != nil {
			t.Fatalf("accepted, although %v", err)
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
		again, status := bound(t, id, query, trace, string(raw))
		if diff := cmp.Diff(got, again, cmpopts.EquateEmpty()); status != http.StatusNoContent || diff != "" {
			t.Fatalf("%s: status %d (-got +again):\n%s", raw, status, diff)
		}
	})
}

// bound returns what the handler was given, and the status. The body goes as it is,
// even if it is not UTF-8.
func bound(t *testing.T, id, query, trace, body string) (got fuzzed, status int) {
	t.Helper()
	h := function.HTTPIn(func(_ context.Context, in fuzzed) error { got = in; return nil })
	if err := h.Err(); err != nil {
		t.Fatal(err)
	}
	return got, serve(t, h, call{
		path: map[string]string{"id": id}, query: query, headers: map[string]string{"x-trace": trace},
		body: base64.StdEncoding.EncodeToString([]byte(body)), base64: true,
	}).StatusCode
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

// checkStrict says what is wrong with a body that encoding/json would take: a name
// that stands twice or is written otherwise, or an array of another length.
func checkStrict(body string) error {
	if err := checkNames(json.NewDecoder(strings.NewReader(body))); err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &members); err != nil {
		return err
	}
	known := []string{"name", "small", "ratio", "inner", "list", "counts", "pair", "bytes", "any"}
	if err := checkKnown(members, known); err != nil {
		return err
	}
	var all struct {
		Inner map[string]json.RawMessage   `json:"inner"`
		List  []map[string]json.RawMessage `json:"list"`
		Pair  []bool                       `json:"pair"`
	}
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		return err
	}
	if all.Pair != nil && len(all.Pair) != 2 {
		return fmt.Errorf("the pair has %d elements", len(all.Pair))
	}
	for _, object := range append(all.List, all.Inner) {
		if err := checkKnown(object, []string{"level", "when"}); err != nil {
			return err
		}
	}
	return nil
}

func checkKnown(object map[string]json.RawMessage, known []string) error {
	for name := range object {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%q is not known", name)
		}
	}
	return nil
}

// checkNames reads one value, and finds names that stand twice in one object.
func checkNames(d *json.Decoder) error {
	token, err := d.Token()
	delim, nested := token.(json.Delim)
	if err != nil || !nested {
		return err
	}
	seen := map[string]bool{}
	for d.More() {
		if delim == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if seen[name.(string)] {
				return fmt.Errorf("%q stands twice", name)
			}
			seen[name.(string)] = true
		}
		if err := checkNames(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
