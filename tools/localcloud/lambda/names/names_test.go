package names

import (
	"errors"
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

func TestParse(t *testing.T) {
	n := New(&wire.Env{Account: "000000000000", Region: "us-east-1"})
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
	for _, tc := range []struct {
		name, qualifier string
		want            Reference
		code            string
	}{
		{name: "f", want: Reference{Name: "f"}},
		{name: "f:live", want: Reference{"f", "live"}},
		{name: "000000000000:function:f:3", want: Reference{"f", "3"}},
		{name: arn, qualifier: "live", want: Reference{"f", "live"}},
		{name: arn + ":$LATEST", qualifier: Latest, want: Reference{"f", Latest}},
		{name: "f:live", qualifier: "3", code: "InvalidParameterValueException"},
		{name: "f", qualifier: "a.b", code: "ValidationException"},
		{name: "a.b", code: "ValidationException"},
		{name: strings.Repeat("f", 65), code: "ValidationException"},
		{name: strings.Replace(arn, "us-east-1", "eu-west-1", 1), code: "ResourceNotFoundException"},
		{name: strings.Replace(arn, "000000000000", "111111111111", 1), code: "AccessDeniedException"},
	} {
		r, err := n.Parse(tc.name, tc.qualifier)
		var e *wire.Error
		switch {
		case tc.code == "" && (err != nil || r != tc.want):
			t.Errorf("%s %s: %v %v, want %v", tc.name, tc.qualifier, r, err, tc.want)
		case tc.code != "" && (!errors.As(err, &e) || e.Code != tc.code):
			t.Errorf("%s %s: %v, want %s", tc.name, tc.qualifier, err, tc.code)
		}
	}
}

// TestKeysOfAFunctionHaveItsPrefix, and those of another function do not.
func TestKeysOfAFunctionHaveItsPrefix(t *testing.T) {
	for name, want := range map[string]bool{"f": true, "f-2": false, "g": false} {
		if key := (Reference{name, "live"}).Key(); strings.HasPrefix(key, Prefix("f")) != want {
			t.Errorf("key %s of %s has the prefix %s: want %t", key, name, Prefix("f"), want)
		}
	}
}
