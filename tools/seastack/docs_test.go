package main

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/config"
)

var update = flag.Bool("update", false, "write docs/annotations.md")

// TestDocsAnnotations keeps the page of annotations what the command prints.
func TestDocsAnnotations(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("# Annotations\n\nWhat `go tool seastack annotations` prints. " +
		"`go test ./tools/seastack -run Docs -update` writes this page from the comments in `gen/annotation`.\n\n")
	for _, v := range annotation.Verbs() {
		ref, _ := annotation.Help(v.Name)
		writeReference(&b, ref)
	}
	const file = "../../docs/annotations.md"
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s is not current (-file +annotations):\n%s", file, diff)
	}
}

// TestDocsConfiguration reads the example of the page on configuration.
func TestDocsConfiguration(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```hcl\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 1 {
		t.Fatalf("%d examples; want 1", len(blocks))
	}
	c, err := config.Parse([]byte(blocks[0][1]), "example.com/hiring")
	if err != nil {
		t.Fatal(err)
	}
	production, err := c.Environment("production")
	if err != nil || production.Network == nil || production.Stacks["web"].Timeout != 20 {
		t.Errorf("production is %+v (%v)", production, err)
	}
}

// TestDocsPathsExist keeps the paths that the pages name true.
func TestDocsPathsExist(t *testing.T) {
	path := regexp.MustCompile("`((?:core|gen|stacks|terraform|tools|docs)/[A-Za-z0-9_./-]*)`")
	for _, page := range []string{"README.md", ".github/CONTRIBUTING.md", "docs/configuration.md", "docs/provider.md", "docs/testing.md", "docs/benchmarks.md"} {
		text, err := os.ReadFile("../../" + page)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range path.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat("../../" + strings.TrimSuffix(m[1], "/")); err != nil {
				t.Errorf("%s names %s: %v", page, m[1], err)
			}
		}
	}
}
