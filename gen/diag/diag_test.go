package diag

import (
	"go/token"
	"regexp"
	"strings"
	"testing"
)

func TestError(t *testing.T) {
	at := token.Position{Filename: "a/b.go", Line: 3, Column: 7}
	for want, d := range map[string]Diagnostic{
		"a/b.go:3:7: SEA1005: m\n    d\n    e\n    next: n": New(UnknownVerb, at, "m", "n", "d", "e"),
		"a/b.go:3: SEA1005: m\n    next: n":                 {Code: UnknownVerb, File: "a/b.go", Line: 3, Message: "m", Next: "n"},
		"a/b.go: SEA1005: m":                                {Code: UnknownVerb, File: "a/b.go", Message: "m"},
		"SEA1005: m":                                        {Code: UnknownVerb, Message: "m"},
	} {
		if got := d.Error(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// TestErr: a list is sorted by position, code and message, without repeats, and
// an empty one is no error.
func TestErr(t *testing.T) {
	a, b := Diagnostic{Code: "1", File: "a", Line: 2}, Diagnostic{Code: "1", File: "a", Line: 10}
	c, d := Diagnostic{Code: "2", File: "a", Line: 10}, Diagnostic{Code: "1", File: "b", Line: 1}
	list := List{d, c, b, a, c}
	got, ok := list.Err().(List)
	if want := (List{a, b, c, d}); !ok || got.Error() != want.Error() {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	if list[0].Error() != d.Error() {
		t.Error("Err has changed the list")
	}
	if err := (List{}).Err(); err != nil {
		t.Errorf("an empty list is the error %v", err)
	}
}

// TestCodes: every code is unique, well-formed, in the file of its range and
// documented.
func TestCodes(t *testing.T) {
	form := regexp.MustCompile(`^SEA[1-9][0-9]{3}$`)
	names, codes := map[string]bool{}, map[string]bool{}
	for _, e := range Explanations() {
		if names[e.Name] || codes[e.Code] {
			t.Errorf("%s (%s) occurs twice", e.Code, e.Name)
		}
		names[e.Name], codes[e.Code] = true, true
		if !form.MatchString(e.Code) {
			t.Errorf("%s is %q", e.Name, e.Code)
		}
		if len(strings.Fields(e.Text)) < 4 {
			t.Errorf("%s has no comment that begins with %q and explains it: %q", e.Code, e.Name+": ", e.Text)
		}
	}
	for file, first := range map[string]string{
		"codes.go": "12", "codes_config.go": "3", "codes_build.go": "4", "codes_local.go": "5", "codes_deploy.go": "6", "codes_provider.go": "7", "codes_change.go": "8",
		"codes_lint.go": "9",
	} {
		all := explanationsIn(file)
		if len(all) < 5 {
			t.Errorf("%s has %d codes", file, len(all))
		}
		for _, e := range all {
			if !strings.Contains(first, e.Code[3:4]) {
				t.Errorf("%s is in %s", e.Code, file)
			}
		}
	}
}

func TestExplain(t *testing.T) {
	for _, code := range []string{"SEA1012", "sea1012"} {
		e, ok := Explain(code)
		if !ok || e.Code != WrongPlace || e.Name != "WrongPlace" || e.Text != "The annotation stands where nothing can take it." {
			t.Errorf("%s is %+v", code, e)
		}
	}
	for _, code := range []string{"", "SEA", "SEA9999", "1012"} {
		if e, ok := Explain(code); ok {
			t.Errorf("%q is %+v", code, e)
		}
	}
}

func TestClosest(t *testing.T) {
	options := []string{"consume", "http", "queue", "schedule"}
	for word, want := range map[string]string{
		"htpp": "http", "HTTP": "http", "shedule": "schedule", "cosnume": "consume", "queues": "queue", "bucket": "", "": "",
	} {
		if got, ok := Closest(word, options); got != want || ok != (want != "") {
			t.Errorf("Closest(%q) = %q, %t, want %q", word, got, ok, want)
		}
	}
}
