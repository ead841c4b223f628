package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
)

// FuzzParse asserts that no file makes the loader panic, that all that is wrong has a
// code, a place in the file and a next step, and that a file which is right has
// environments that can be deployed, the same each time.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/errors/*.hcl")
	if err != nil || len(files) == 0 {
		f.Fatalf("no files: %v", err)
	}
	for _, file := range append(files, "../../seastack.hcl") {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	for _, source := range []string{
		"environment \"local\" {\n  env {\n    A1 = \"x\"\n    B1 = secret(\"a\", \"b\")\n    C1 = parameter(\"/a\")\n    D1 = secret(1)\n    E1 = secret(null)\n  }\n}\n",
		"environment \"local\" {\n  env {\n    A1 = \"${secret(\"a\")}\"\n    B1 = [secret(\"a\")]\n    C1 = secret(secret(\"a\"))\n  }\n}\n",
		"environment \"p\" {\n  account = \"123456789012\"\n  preview {}\n  backend \"s3\" { bucket = \"b\" }\n}\n",
	} {
		f.Add([]byte(source))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		c, err := Parse(source, "example.com/hiring")
		if err != nil {
			wantFindings(t, err)
			return
		}
		again, err := Parse(source, "example.com/hiring")
		if diff := cmp.Diff(c, again); err != nil || diff != "" {
			t.Fatalf("another time it says something else: %v\n%s", err, diff)
		}
		if _, err := c.Environment(Local); err != nil {
			t.Error(err)
		}
		for _, e := range c.Environments {
			wantEnvironment(t, e)
		}
	})
}

func wantFindings(t *testing.T, err error) {
	t.Helper()
	var list diag.List
	if !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("%T is no list of findings: %v", err, err)
	}
	for _, d := range list {
		if d.Code == "" || d.File != FileName || d.Message == "" || d.Next == "" {
			t.Errorf("an incomplete finding: %+v", d)
		}
	}
}

func wantEnvironment(t *testing.T, e Environment) {
	t.Helper()
	if e.Name == "" || e.Region == "" || len(e.Account) != 12 || e.Architecture == "" || e.LogRetention == 0 || !e.IsLocal() && e.Backend == nil {
		t.Errorf("an incomplete environment: %+v", e)
	}
	for stack, s := range e.Stacks {
		for function := range s.Functions {
			for name, v := range e.Variables(stack, function) {
				if message, _ := VariableProblem(name); message != "" || v.Line == 0 || v.Value != "" && v.Kept() != "" || strings.Contains(v.Secret, "#") {
					t.Errorf("%s: %+v (%s)", name, v, message)
				}
			}
		}
	}
}
