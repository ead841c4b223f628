package mcp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLines: a value cannot become a flag, and a body cannot name a file.
func TestLines(t *testing.T) {
	for name, c := range map[string]struct {
		line        func() (commandLine, error)
		want, stdin string
	}{
		"invoke":  {Invoke{Function: "web/a"}.line, "invoke -- web/a", ""},
		"http":    {Invoke{Function: "web/a", Env: "live", HTTP: "GET /x", Headers: []string{"A: b"}}.line, "invoke --env=live --http=GET /x --header=A: b -- web/a", ""},
		"body":    {Invoke{Function: "--json", Body: "@/etc/passwd"}.line, "invoke --body=@- -- --json", "@/etc/passwd"},
		"event":   {Invoke{Function: "web/a", Event: map[string]any{"a": 1}}.line, "invoke --event=- -- web/a", `{"a":1}`},
		"logs":    {Logs{Functions: []string{"web", "etl/b"}, Since: "1h", Filter: "ERROR"}.line, "logs --since=1h --filter=ERROR -- web etl/b", ""},
		"traces":  {Traces{Function: "web", Slow: true, Limit: 3}.line, "trace --function=web --slow=true --limit=3", ""},
		"a trace": {Traces{ID: "-q"}.line, "trace -- -q", ""},
		"affect":  {Affected{Base: "main"}.line, "affected --base=main", ""},
		"explain": {Explain{Function: "web/a", Base: "main", Env: "live"}.line, "explain --base=main --env=live -- web/a", ""},
		"cost":    {Cost{Since: "2h"}.line, "cost --since=2h", ""},
	} {
		l, err := c.line()
		if got := strings.Join(l.args, " "); err != nil || got != c.want || string(l.stdin) != c.stdin {
			t.Errorf("%s: %q with %q on standard input, want %q with %q (%v)", name, got, l.stdin, c.want, c.stdin, err)
		}
	}
	if _, err := (Invoke{Function: "web/a", Event: 1, Body: "x"}).line(); err == nil {
		t.Error("an event and a body go together")
	}
}

func TestWithoutPasswords(t *testing.T) {
	got := withoutPasswords(map[string]any{"database": "postgres://app:secret@localhost:5/shop?password=secret", "list": []any{"postgresql://a:secret@b/c", "x", 1.0}})
	want := map[string]any{"database": "postgres://localhost:5/shop", "list": []any{"postgresql://b/c", "x", 1.0}}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
