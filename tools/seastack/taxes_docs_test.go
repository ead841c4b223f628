package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocsTaxes: a script runs each command of these sections of the page.
func TestDocsTaxes(t *testing.T) {
	page, err := os.ReadFile("../../docs/development.md")
	if err != nil {
		t.Fatal(err)
	}
	var scripts string
	for _, name := range []string{"taxes.txtar", "mcp.txtar"} {
		raw, err := os.ReadFile("testdata/script/" + name)
		if err != nil {
			t.Fatal(err)
		}
		scripts += strings.ReplaceAll(string(raw), "$WORK/", "")
	}
	found := 0
	for _, title := range []string{"What it costs", "What it takes to start", "Tools for other programs"} {
		_, section, ok := strings.Cut(string(page), "\n## "+title+"\n")
		if !ok {
			t.Errorf("the page has no section %q", title)
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for _, m := range regexp.MustCompile(`(?m)^(?:    )?go tool (seastack .*)$`).FindAllStringSubmatch(section, -1) {
			if found++; !strings.Contains(scripts, m[1]) && m[1] != "seastack mcp" { // which callTool runs
				t.Errorf("no script runs %s", m[1])
			}
		}
	}
	if found != 6 {
		t.Errorf("%d commands; want 6", found)
	}
}
