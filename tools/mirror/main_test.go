package mirror

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files and go.sum.tmpl anew")

// TestMain lets the test binary stand in for the programs that the package runs:
// linked as "go" or "terraform" on a PATH, it behaves as the environment says.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "go":
		os.Exit(fakeGo(os.Args[1:]))
	case "terraform":
		os.Exit(fakeTerraform())
	}
	os.Exit(m.Run())
}

// golden compares a text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// stable replaces what differs between runs, so that a text can be golden.
func stable(s string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(s) }
