package pattern_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/seastack/seastack/gen/pattern"
)

// event is like those of AWS's page on comparison operators.
const event = `{
	"source": "aws.autoscaling", "region": "us-east-1", "time": "2017-10-02T08:30:00Z",
	"detail": {
		"c-count": 5, "d-count": 9, "x-limit": 301.8, "zero": 0, "empty": "", "none": null, "done": true,
		"sourceIPAddress": "10.0.0.17", "sourceIPv6": "2001:db8::1", "FileName": "Prefix/dir/IMAGE.png",
		"state": "initializing", "tags": ["new", "big"], "nothing": [], "items": [{"id": 1, "kind": "a"}, {"id": 2, "kind": "b"}]
	}
}`

// TestOperators has a row for each operator and combination of
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
func TestOperators(t *testing.T) {
	for _, c := range []struct {
		name, pattern string
		want          bool
	}{
		{"and", `{"region":["us-east-1"],"detail":{"c-count":[5]}}`, true},
		{"and, one does not hold", `{"region":["us-east-1"],"detail":{"c-count":[6]}}`, false},
		{"or of values", `{"region":["us-east-2","us-east-1"]}`, true},
		{"or of fields", `{"detail":{"$or":[{"c-count":[{"numeric":[">",5]}]},{"d-count":[{"numeric":["<",10]}]}]}}`, true},
		{"or of fields, none holds", `{"detail":{"$or":[{"c-count":[{"numeric":[">",5]}]},{"d-count":[{"numeric":[">",10]}]}]}}`, false},
		{"or beside a field", `{"detail":{"state":["stopped"],"$or":[{"c-count":[5]},{"d-count":[1]}]}}`, false},
		{"or in or", `{"$or":[{"source":["x"]},{"detail":{"$or":[{"zero":[1]},{"done":[true]}]}}]}`, true},
		{"anything but a text", `{"detail":{"state":[{"anything-but":"initializing"}]}}`, false},
		{"anything but another text", `{"detail":{"state":[{"anything-but":"stopped"}]}}`, true},
		{"anything but a number", `{"detail":{"x-limit":[{"anything-but":123}]}}`, true},
		{"anything but texts", `{"detail":{"state":[{"anything-but":["stopped","initializing"]}]}}`, false},
		{"anything but numbers", `{"detail":{"x-limit":[{"anything-but":[100,301.8]}]}}`, false},
		{"anything but of what is missing", `{"detail":{"other":[{"anything-but":"x"}]}}`, false},
		{"anything but, regardless of case", `{"detail":{"state":[{"anything-but":{"equals-ignore-case":"INITIALIZING"}}]}}`, false},
		{"anything but several, regardless of case", `{"detail":{"state":[{"anything-but":{"equals-ignore-case":["Stopped","overloaded"]}}]}}`, true},
		{"anything but a prefix", `{"detail":{"state":[{"anything-but":{"prefix":"init"}}]}}`, false},
		{"anything but prefixes", `{"detail":{"state":[{"anything-but":{"prefix":["over","stop"]}}]}}`, true},
		{"anything but a suffix", `{"detail":{"FileName":[{"anything-but":{"suffix":".png"}}]}}`, false},
		{"anything but suffixes", `{"detail":{"FileName":[{"anything-but":{"suffix":[".txt",".rtf"]}}]}}`, true},
		{"anything but a wildcard", `{"detail":{"FileName":[{"anything-but":{"wildcard":"*/dir/*"}}]}}`, false},
		{"anything but wildcards", `{"detail":{"FileName":[{"anything-but":{"wildcard":["*/bin/*","*.txt"]}}]}}`, true},
		{"an empty text", `{"detail":{"empty":[""]}}`, true},
		{"no empty text", `{"detail":{"state":[""]}}`, false},
		{"equal, regardless of case", `{"detail":{"state":[{"equals-ignore-case":"Initializing"}]}}`, true},
		{"exists", `{"detail":{"c-count":[{"exists":true}]}}`, true},
		{"exists not", `{"detail":{"c-count":[{"exists":false}]}}`, false},
		{"exists not, and is missing", `{"detail":{"e-count":[{"exists":false}]}}`, true},
		{"a network", `{"detail":{"sourceIPAddress":[{"cidr":"10.0.0.0/24"}]}}`, true},
		{"another network", `{"detail":{"sourceIPAddress":[{"cidr":"10.0.1.0/24"}]}}`, false},
		{"a network of IPv6", `{"detail":{"sourceIPv6":[{"cidr":"2001:db8::/32"}]}}`, true},
		{"no address", `{"detail":{"state":[{"cidr":"10.0.0.0/24"}]}}`, false},
		{"null", `{"detail":{"none":[null]}}`, true},
		{"null, and is missing", `{"detail":{"other":[null]}}`, false},
		{"a number", `{"detail":{"x-limit":[{"numeric":["=",3.018e2]}]}}`, true},
		{"a range", `{"detail":{"c-count":[{"numeric":[">",0,"<=",5]}]}}`, true},
		{"outside of a range", `{"detail":{"c-count":[{"numeric":[">",0,"<",5]}]}}`, false},
		{"a number of a text", `{"detail":{"state":[{"numeric":[">",0]}]}}`, false},
		{"a boolean", `{"detail":{"done":[true]}}`, true},
		{"a prefix", `{"time":[{"prefix":"2017-10-02"}]}`, true},
		{"a prefix, regardless of case", `{"detail":{"FileName":[{"prefix":{"equals-ignore-case":"PREFIX/"}}]}}`, true},
		{"a suffix", `{"detail":{"FileName":[{"suffix":".png"}]}}`, true},
		{"a suffix, regardless of case", `{"detail":{"FileName":[{"suffix":{"equals-ignore-case":"image.PNG"}}]}}`, true},
		{"a wildcard", `{"detail":{"FileName":[{"wildcard":"Prefix/*.png"}]}}`, true},
		{"a wildcard of all", `{"detail":{"FileName":[{"wildcard":"*"}]}}`, true},
		{"wildcards", `{"detail":{"FileName":[{"wildcard":"*dir*IMAGE*"}]}}`, true},
		{"a wildcard that is too long", `{"detail":{"state":[{"wildcard":"init*zing*x"}]}}`, false},
		{"a star", `{"detail":{"state":[{"wildcard":"init\\*"}]}}`, false},
		{"an element", `{"detail":{"tags":["big"]}}`, true},
		{"no element", `{"detail":{"nothing":["big"]}}`, false},
		{"fields of one element", `{"detail":{"items":{"id":[2],"kind":["b"]}}}`, true},
		{"fields of two elements", `{"detail":{"items":{"id":[1],"kind":["b"]}}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := pattern.Parse(c.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Matches(decode(t, event)); got != c.want {
				t.Errorf("%s matches: %t", c.pattern, got)
			}
		})
	}
}

func decode(t testing.TB, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestInvalid(t *testing.T) {
	for _, text := range []string{
		``, `{`, `[]`, `"x"`, `{}`, `{"a":["x"]} {}`, `{"a":"x"}`, `{"a":1}`, `{"a":null}`, `{"a":[]}`, `{"a":{}}`, `{"a":[["x"]]}`, `{"a":[{}]}`,
		`{"a":[{"wild":"x"}]}`, `{"a":[{"prefix":1}]}`, `{"a":[{"prefix":{"x":"y"}}]}`, `{"a":[{"prefix":"a","suffix":"b"}]}`, `{"a":[{"prefix":["a"]}]}`,
		`{"a":[{"numeric":[">"]}]}`, `{"a":[{"numeric":["~",1]}]}`, `{"a":[{"numeric":[">","1"]}]}`, `{"a":[{"numeric":[">",6e9]}]}`, `{"a":[{"numeric":1}]}`,
		`{"a":[{"exists":"yes"}]}`, `{"a":[{"anything-but":[]}]}`, `{"a":[{"anything-but":[{"prefix":"x"}]}]}`, `{"a":[{"anything-but":{"numeric":["=",1]}}]}`,
		`{"a":[{"anything-but":{}}]}`, `{"a":[{"cidr":"10.0.0.0"}]}`, `{"a":[{"wildcard":"a**b"}]}`, `{"a":[{"wildcard":"a\\b"}]}`, `{"a":[{"wildcard":"a\\"}]}`,
		`{"$or":[{"a":[1]}]}`, `{"$or":[{"a":[1]},{}]}`,
	} {
		if _, err := pattern.Parse(text); !errors.Is(err, pattern.ErrInvalid) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// FuzzPattern: what can be parsed can be matched, against any JSON.
func FuzzPattern(f *testing.F) {
	f.Add(`{"a":[{"wildcard":"*a*"}],"$or":[{"b":[null]},{"c":{"d":[{"anything-but":{"suffix":["x"]}}]}}]}`, `{"a":"banana","b":[],"c":[{"d":1}]}`)
	f.Add(`{"a":[{"cidr":"::/0"},{"numeric":["<=",0,">",-1]}]}`, `[{"a":["::1",-0.5]}]`)
	f.Fuzz(func(_ *testing.T, text, event string) {
		p, err := pattern.Parse(text)
		var v any
		if err == nil && json.Unmarshal([]byte(event), &v) == nil {
			p.Matches(v)
		}
	})
}

func TestFiltersHaveFewerOperators(t *testing.T) {
	for text, ok := range map[string]bool{
		`{"body":{"a":[{"prefix":"x"},{"anything-but":["y"]}]}}`:  true,
		`{"body":{"wildcard":["x"]}}`:                             true, // a field of that name
		`{"body":{"a":[{"wildcard":"x*"}]}}`:                      false,
		`{"body":{"a":["x",{"cidr":"10.0.0.0/8"}]}}`:              false,
		`{"body":{"a":[{"anything-but":{"wildcard":"x*"}}]}}`:     false,
		`{"$or":[{"a":[1]},{"b":{"c":[{"cidr":"10.0.0.0/8"}]}}]}`: false,
	} {
		if _, err := pattern.ParseFilter(text); (err == nil) != ok || err != nil && !errors.Is(err, pattern.ErrInvalid) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
