package hygiene

import (
	"os/exec"
	"strings"
	"testing"
)

// TestToolLinksWhatFunctionsLink: `go get -tool` writes the sums of the modules
// that the command links, so that a function of another module builds right after
// `generate` only if the command links all that core does.
func TestToolLinksWhatFunctionsLink(t *testing.T) {
	tool := modules(t, "./tools/seastack")
	if len(tool) < 20 {
		t.Fatalf("the command links %d modules", len(tool))
	}
	for m := range modules(t, "./core/...") {
		if !tool[m] {
			t.Errorf("core links %s and the command does not: `go build` of a function in another module "+
				"would fail for want of a sum in go.sum until `go mod tidy`", m)
		}
	}
}

// modules returns the modules that packages link.
func modules(t *testing.T, pattern string) map[string]bool {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", pattern)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		all[strings.TrimSpace(line)] = true
	}
	return all
}
