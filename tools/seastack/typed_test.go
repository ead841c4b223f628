package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/diag"
)

func TestTypedAs(t *testing.T) {
	cache := strings.Repeat("0a", 32) + "-d"
	for arg0, want := range map[string]string{
		"seastack":          "seastack",
		"./seastack":        "./seastack",
		"/opt/bin/seastack": "/opt/bin/seastack",
		"/home/x/.cache/go/0a/" + cache + "/seastack": viaGoTool,
		"/tmp/go-build42/b001/exe/seastack":           viaGoTool, // go run
		".seastack/bin/seastack":                      viaGoTool, // make
	} {
		if got := typedAs(arg0); got != want {
			t.Errorf("%s: got %s, want %s", arg0, got, want)
		}
	}
}

// TestHintsNameTheCommandAsTyped: whatever calls the command by its plain name is
// shown as the user called it, and nothing else is touched.
func TestHintsNameTheCommandAsTyped(t *testing.T) {
	a := &app{name: viaGoTool}
	for text, want := range map[string]string{
		"run: seastack up":                          "run: go tool seastack up",
		"run: go tool seastack up":                  "run: go tool seastack up",
		"seastack model lists the functions":        "go tool seastack model lists the functions",
		"see seastack.hcl, or seastack apply --env": "see seastack.hcl, or go tool seastack apply --env",
		"another seastack command works here":       "another seastack command works here",
		"/bin/seastack up":                          "/bin/seastack up",
	} {
		if got := a.typed(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	var stderr bytes.Buffer
	a.stderr = &stderr
	a.report(diag.List{{Code: "SEA5011", Message: "m", Details: []string{"seastack status says so"}, Next: "run: seastack up"}})
	if want := "SEA5011: m\n    go tool seastack status says so\n    next: run: go tool seastack up\n"; stderr.String() != want {
		t.Errorf("got %q", stderr.String())
	}
}

func TestHelpNamesTheCommandAsTyped(t *testing.T) {
	var stdout, stderr bytes.Buffer
	run([]string{".seastack/bin/seastack", "invoke", "--help"}, nil, &stdout, &stderr)
	for _, want := range []string{"  go tool seastack invoke STACK/FUNCTION", "  go tool seastack invoke reporting/reports-refresh"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the help lacks %q:\n%s", want, stdout.String())
		}
	}
}
