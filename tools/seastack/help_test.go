package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/diag"
)

// help runs one command line and returns what it prints.
func help(t *testing.T, wantExit int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errors bytes.Buffer
	if code := run(append([]string{"seastack"}, args...), nil, &out, &errors); code != wantExit {
		t.Errorf("%v: exit code %d, want %d\n%s%s", args, code, wantExit, out.String(), errors.String())
	}
	return out.String(), errors.String()
}

func TestHelpCode(t *testing.T) {
	want := "SEA1012 (WrongPlace)\n\nThe annotation stands where nothing can take it.\n"
	for _, code := range []string{"SEA1012", "sea1012"} {
		if got, _ := help(t, exitDone, "help", code); got != want {
			t.Errorf("%s: got %s\nwant %s", code, got, want)
		}
	}
	var e diag.Explanation
	text, _ := help(t, exitDone, "--json", "help", "SEA1012")
	if err := json.Unmarshal([]byte(text), &e); err != nil || e.Code != "SEA1012" || e.Name != "WrongPlace" || e.Text == "" {
		t.Errorf("%v: %s", err, text)
	}
}

func TestHelpOfUnknown(t *testing.T) {
	for arg, want := range map[string]string{
		"SEA10012": "SEA3015: there is no code SEA10012\n    next: did you mean SEA1001? Or docs/errors.md lists all codes",
		"nothing":  "SEA3015: seastack has no command \"nothing\"",
	} {
		if _, got := help(t, exitUsage, "help", arg); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s\nwant %s", arg, got, want)
		}
	}
}

// TestHelpCommands: help of a command is what its --help prints.
func TestHelpCommands(t *testing.T) {
	for _, name := range []string{"", "plan", "annotations", "help"} {
		args := strings.Fields(name)
		want, _ := help(t, exitDone, append(args, "--help")...)
		if got, _ := help(t, exitDone, append([]string{"help"}, args...)...); got != want || got == "" {
			t.Errorf("help %s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestCompleteHelp(t *testing.T) {
	got, _ := help(t, exitDone, "__complete", "help", "")
	for _, want := range []string{"SEA1012\tWrongPlace\n", "plan\t"} {
		if !strings.Contains(got, want) {
			t.Errorf("help completes\n%s\nwithout %q", got, want)
		}
	}
	if strings.Contains(got, "localcloud") {
		t.Errorf("help completes a hidden command:\n%s", got)
	}
}
