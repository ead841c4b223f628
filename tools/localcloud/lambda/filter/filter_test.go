package filter

import (
	"errors"
	"testing"

	"github.com/seastack/seastack/gen/pattern"
)

// TestPatterns tests the examples of AWS's documentation of event filtering.
func TestPatterns(t *testing.T) {
	const order = `{"type":"order","total":19.5,"city":"Berlin","note":null,"empty":"","tags":["new","big"],"items":[{"id":1},{"id":2}]}`
	for _, tc := range []struct {
		pattern, body string
		want          bool
	}{
		{`{"body":{"type":["order"]}}`, order, true},
		{`{"body":{"type":["refund","order"]}}`, order, true},
		{`{"body":{"type":["refund"]}}`, order, false},
		{`{"body":{"type":["order"],"city":["Paris"]}}`, order, false},
		{`{"body":{"note":[null]}}`, order, true},
		{`{"body":{"other":[null]}}`, order, false},
		{`{"body":{"empty":[""]}}`, order, true},
		{`{"body":{"city":[{"equals-ignore-case":"BERLIN"}]}}`, order, true},
		{`{"body":{"city":[{"prefix":"Ber"}]}}`, order, true},
		{`{"body":{"city":[{"suffix":"ber"}]}}`, order, false},
		{`{"body":{"city":[{"anything-but":["Paris"]}]}}`, order, true},
		{`{"body":{"city":[{"anything-but":"Berlin"}]}}`, order, false},
		{`{"body":{"city":[{"anything-but":{"prefix":"Ber"}}]}}`, order, false},
		{`{"body":{"other":[{"anything-but":["Paris"]}]}}`, order, false},
		{`{"body":{"total":[19.50]}}`, order, true},
		{`{"body":{"total":[{"numeric":["=",19.5]}]}}`, order, true},
		{`{"body":{"total":[{"numeric":[">",10,"<=",19]}]}}`, order, false},
		{`{"body":{"city":[{"numeric":[">",10]}]}}`, order, false},
		{`{"body":{"total":[{"exists":true}]}}`, order, true},
		{`{"body":{"other":[{"exists":false}]}}`, order, true},
		{`{"body":{"no":{"such":[{"exists":false}]}}}`, order, true},
		{`{"body":{"tags":["big"]}}`, order, true},
		{`{"body":{"items":{"id":[2]}}}`, order, true},
		{`{"body":{"$or":[{"city":["Paris"]},{"total":[{"numeric":["<",20]}]}]}}`, order, true},
		{`{"body":{"$or":[{"city":["Paris"]},{"total":[1]}]}}`, order, false},
		{`{"body":["plain"]}`, "plain", true},
		{`{"body":["plain"]}`, order, false},                   // a pattern for text, a body of JSON
		{`{"body":{"type":["order"]}}`, "plain", false},        // and the reverse
		{`{"attributes":{"SenderId":["me"]}}`, "plain", true},  // of the record beside its body
		{`{"attributes":{"SenderId":["you"]}}`, order, false},  //
		{`{"body":[{"prefix":"pl"}]}`, "plain", true},          //
		{`{"body":{"other":[{"exists":false}]}}`, `[]`, false}, // no element, no match
	} {
		f, err := Parse(tc.pattern)
		if err != nil {
			t.Errorf("%s: %v", tc.pattern, err)
			continue
		}
		record := map[string]any{"attributes": map[string]any{"SenderId": "me"}}
		if got := f.Pass(record, tc.body); got != tc.want {
			t.Errorf("%s passes %s: %t, want %t", tc.body, tc.pattern, got, tc.want)
		}
	}
}

func TestOneOfSeveralFiltersIsEnough(t *testing.T) {
	f, err := Parse(`{"body":["a"]}`, `{"body":["b"]}`)
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]bool{"a": true, "b": true, "c": false} {
		if got := f.Pass(map[string]any{}, body); got != want {
			t.Errorf("%s passes: %t", body, got)
		}
	}
	if !(Filters(nil)).Pass(map[string]any{}, "x") {
		t.Error("without a filter nothing passes")
	}
}

func TestPatternsThatAWSRefuses(t *testing.T) {
	for _, text := range []string{
		``, `[]`, `{}`, `{"body":"x"}`, `{"body":[]}`, `{"body":{}}`, `{"body":{"a":1}}`, `{"body":[["x"]]}`, `{"body":[{}]}`,
		`{"body":[{"wild":"x"}]}`, `{"body":[{"prefix":1}]}`, `{"body":[{"numeric":[">"]}]}`, `{"body":[{"numeric":["~",1]}]}`,
		`{"body":[{"numeric":[">","1"]}]}`, `{"body":[{"exists":"yes"}]}`, `{"body":[{"anything-but":[]}]}`, `{"$or":[{"a":[1]}]}`,
		`{"body":["a"]} {}`, `{"body":[{"prefix":"a","suffix":"b"}]}`,
	} {
		if _, err := Parse(text); !errors.Is(err, pattern.ErrInvalid) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
