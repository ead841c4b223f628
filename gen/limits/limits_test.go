package limits_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seastack/seastack/gen/limits"
)

// TestRules has, for each string, values just inside and just outside of what
// the page of AWS that the rule names accepts.
func TestRules(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n) }
	for _, c := range []struct {
		rule            limits.Rule
		inside, outside []string
	}{
		{limits.TagKey, []string{"a", "team name", long(128)}, []string{"", "a,b", long(129), "aws:x", "AWS:x"}},
		{limits.TagValue, []string{"", "R+D / Größe_1.2:=-@", long(256)}, []string{"R&D", "a,b", "tab\t", "(x)", "#1", "aws:owner", long(257), "\xff"}},
		{limits.Function, []string{"a-B_1", long(64)}, []string{"", "a.b", "é", long(65)}},
		{limits.Description, []string{"", strings.Repeat("é", 256)}, []string{strings.Repeat("é", 257)}},
		{limits.Alias, []string{"live", "1a", "-", long(128)}, []string{"", "1", "a.b", long(129)}},
		{limits.StatementID, []string{"InvokeFromRoute", long(100)}, []string{"", "a b", long(101)}},
		{limits.Variable, []string{"A_1", "ab"}, []string{"", "a", "_A", "1A", "A-B"}},
		{limits.Role, []string{"a+=,.@-_1", long(64)}, []string{"", "a/b", "a b", long(65)}},
		{limits.Policy, []string{"grants", long(128)}, []string{"", "a:b", long(129)}},
		{limits.Sid, []string{"SendJobs1"}, []string{"", "Send-Jobs", "Send_Jobs"}},
		{limits.Schedule, []string{"a-b_c.D", long(64)}, []string{"", "a/b", long(65)}},
		{limits.ScheduleExpression, []string{"rate(1 hour)", long(256)}, []string{"", long(257)}},
		{limits.Timezone, []string{"America/Argentina/ComodRivadavia", long(50)}, []string{"", long(51)}},
		{limits.Queue, []string{"a-B_1", long(80)}, []string{"", "a.b", long(81)}},
		{limits.LogGroup, []string{"/aws/lambda/a-b_c.d#e", long(512)}, []string{"", "a:b", "a b", long(513)}},
		{limits.API, []string{"a b", long(128)}, []string{"", long(129)}},
		{limits.Scope, []string{"notes:read", "https://example.com/a!", long(64)}, []string{"", "a b", `a\b`, `a"b`, "é", long(65)}},
		{limits.Secret, []string{"a/b_c+d=e.f@g-h", long(512)}, []string{"", "a b", "a:b", long(513)}},
	} {
		for _, s := range c.inside {
			if problem := c.rule.Problem(s); problem != "" {
				t.Errorf("%s, %q: %s", c.rule.What, s, problem)
			}
		}
		for _, s := range c.outside {
			if c.rule.Problem(s) == "" {
				t.Errorf("%s: %q is accepted (see %s)", c.rule.What, s, c.rule.Source)
			}
		}
		if !strings.HasPrefix(c.rule.Source, "https://docs.aws.amazon.com/") {
			t.Errorf("%s has no page of AWS", c.rule.What)
		}
	}
}

func TestCutKeepsCharactersWhole(t *testing.T) {
	got := limits.Description.Cut(strings.Repeat("ö", 300))
	if !utf8.ValidString(got) || limits.Description.Problem(got) != "" || !strings.HasSuffix(got, "ö...") {
		t.Errorf("Cut gives %q", got)
	}
}
