package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocsExamples: a script runs each piece of Go that these pages show.
func TestDocsExamples(t *testing.T) {
	for page, script := range map[string]string{"authentication.md": "auth.txtar", "handlers.md": "outbox.txtar", "etl.md": "analytics.txtar"} {
		text, err := os.ReadFile("../../docs/" + page)
		if err != nil {
			t.Fatal(err)
		}
		run, err := os.ReadFile("testdata/script/" + script)
		if err != nil {
			t.Fatal(err)
		}
		blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(text, -1)
		if len(blocks) < 2 {
			t.Errorf("%s has %d examples", page, len(blocks))
		}
		for _, b := range blocks {
			if !strings.Contains(string(run), string(b[1])) {
				t.Errorf("%s does not run this example of %s:\n%s", script, page, b[1])
			}
		}
	}
}
