package hygiene

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/diag"
)

var code = regexp.MustCompile(`SEA[0-9]{4}`)

// TestCodesHaveOneHome: no code of an error is written out anywhere but in
// gen/diag, tests apart, which hold codes to what users have seen.
func TestCodesHaveOneHome(t *testing.T) {
	seen := 0
	for _, file := range files(t, ".go") {
		if strings.HasPrefix(file, "gen/diag/") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		seen++
		for _, literal := range stringsIn(t, file) {
			if code.MatchString(literal) {
				t.Errorf("%s has %s: use a constant of gen/diag", file, literal)
			}
		}
	}
	if seen < 300 {
		t.Fatalf("%d files; is this the module's root?", seen)
	}
}

// TestEveryCodeHasAFailingCase: each code occurs, as itself or by its constant's
// name, in a test or in what a test expects.
func TestEveryCodeHasAFailingCase(t *testing.T) {
	var cases strings.Builder
	for _, file := range files(t, ".go", ".txtar", ".txt", ".golden") {
		if strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(file, "gen/diag/") || strings.Contains(file, "/testdata/") {
			cases.WriteString(read(t, "../../"+file))
		}
	}
	for _, e := range diag.Explanations() {
		named := regexp.MustCompile(`\bdiag\.` + e.Name + `\b`)
		if !strings.Contains(cases.String(), e.Code) && !named.MatchString(cases.String()) {
			t.Errorf("%s (%s) has no failing case", e.Code, e.Name)
		}
	}
}

// files returns the files of the tree with one of the suffixes, from the module's
// root, but those that git ignores.
func files(t *testing.T, suffixes ...string) (all []string) {
	t.Helper()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && len(d.Name()) > 1 && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir // .git, .seastack, .terraform
		case !d.IsDir():
			for _, suffix := range suffixes {
				if filepath.Ext(path) == suffix {
					all = append(all, path)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// stringsIn returns the string literals of a Go file.
func stringsIn(t *testing.T, file string) (all []string) {
	t.Helper()
	source := []byte(read(t, "../../"+file))
	set := token.NewFileSet()
	var s scanner.Scanner
	s.Init(set.AddFile(file, -1, len(source)), source, nil, 0)
	for {
		_, tok, literal := s.Scan()
		switch tok {
		case token.EOF:
			return all
		case token.STRING:
			all = append(all, literal)
		}
	}
}
