package pattern

import "testing"

func TestMatch(t *testing.T) {
	const line = `{"level":"ERROR","msg":"cannot connect: timeout","ms":120,"user":{"id":7,"admin":true},"tags":["a","b"],"err":null}`
	for _, test := range []struct {
		pattern, message string
		want             bool
	}{
		{"", "anything", true},
		{"ERROR", "an ERROR here", true},
		{"error", "an ERROR here", false},
		{"ERROR timeout", "ERROR: timeout", true},
		{"ERROR timeout", "ERROR: refused", false},
		{`"ERROR: timeout"`, "an ERROR: timeout", true},
		{`"a \"b\""`, `say a "b"`, true},
		{"ERROR -timeout", "ERROR: timeout", false},
		{"ERROR -timeout", "ERROR: refused", true},
		{"?ERROR ?WARN", "WARN: low", true},
		{"?ERROR ?WARN", "INFO: low", false},
		{"?ERROR low", "INFO: low", true},
		{`-"low disk" ERROR`, "ERROR: low memory", true},
		{"%time(out|d)%", "a timeout", true},
		{"%^time%", "a timeout", false},
		{`{ $.level = "ERROR" }`, line, true},
		{`{ $.level = ERROR }`, line, true},
		{`{$.level="WARN"}`, line, false},
		{`{ $.level != "WARN" }`, line, true},
		{`{ $.none != "WARN" }`, line, false},
		{`{ $.msg = "*timeout" }`, line, true},
		{`{ $.msg = %time.ut% }`, line, true},
		{`{ $.ms > 100 && $.level = "ERROR" }`, line, true},
		{`{ $.ms >= 121 || $.level = "WARN" }`, line, false},
		{`{ ($.ms <= 120 || $.x = 1) && $.user.id = 7 }`, line, true},
		{`{ $.user.admin IS TRUE }`, line, true},
		{`{ $.err IS NULL }`, line, true},
		{`{ $.none NOT EXISTS }`, line, true},
		{`{ $.tags[1] = "b" }`, line, true},
		{`{ $.level = "ERROR" }`, "not JSON: ERROR", false},
	} {
		m, err := Parse(test.pattern)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
			continue
		}
		if got := m(test.message); got != test.want {
			t.Errorf("%s on %s: %t", test.pattern, test.message, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, pattern := range []string{
		"foo:bar", `"open`, "%open", "%(%", "[ip, user]", "{ $.a = 1", "{ a = 1 }", "{ $.a }", `{ $.a < "x" }`, "{ ($.a = 1 }", "{ $.a = 1 } x }",
	} {
		if _, err := Parse(pattern); err == nil {
			t.Errorf("%s was taken", pattern)
		}
	}
}
