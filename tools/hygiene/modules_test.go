package hygiene

import (
	"os/exec"
	"strings"
	"testing"
)

// TestToolLinksWhatFunctionsLink: `go get -tool` writes the sums of the modules
// that the command links, so that a function of another module builds right after
// `generate` only if the command links all that core does. Our services are no part
// of that: nobody else imports them.
func TestToolLinksWhatFunctionsLink(t *testing.T) {
	tool := modules(t, "./tools/seastack")
	if len(tool) < 20 {
		t.Fatalf("the command links %d modules", len(tool))
	}
	for m := range modules(t, coreWithoutServices(t)...) {
		if !tool[m] {
			t.Errorf("core links %s and the command does not: `go build` of a function in another module "+
				"would fail for want of a sum in go.sum until `go mod tidy`", m)
		}
	}
}

// coreWithoutServices returns the packages of core that other modules import.
func coreWithoutServices(t *testing.T) (all []string) {
	for pkg := range packages(t) {
		if within(pkg, "core") && !within(pkg, "core/services") {
			all = append(all, "./"+pkg)
		}
	}
	if len(all) < 10 {
		t.Fatalf("core has %d packages", len(all))
	}
	return all
}

// modules returns the modules that packages link.
func modules(t *testing.T, patterns ...string) map[string]bool {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}"}, patterns...)...)
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
