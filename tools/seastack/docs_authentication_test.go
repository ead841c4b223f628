package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocsAuthentication holds the Go of the page to the script auth, which runs it.
func TestDocsAuthentication(t *testing.T) {
	page, err := os.ReadFile("../../docs/authentication.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("testdata/script/auth.txtar")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) < 5 {
		t.Fatalf("the page has %d examples", len(blocks))
	}
	for _, b := range blocks {
		if !strings.Contains(string(script), string(b[1])) {
			t.Errorf("no script runs this:\n%s", b[1])
		}
	}
}
