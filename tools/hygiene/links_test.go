package hygiene

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOneFunctionLinksGraphQL: a library that one function of a stack needs is in no
// other function's binary.
func TestOneFunctionLinksGraphQL(t *testing.T) {
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./stacks/...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var functions int
	var linked []string
	for line := range strings.Lines(string(out)) {
		deps := strings.Fields(line)
		if !strings.Contains(deps[0], "/lambda/") {
			continue
		}
		functions++
		if slices.ContainsFunc(deps[1:], func(dep string) bool { return within(dep, "github.com/graph-gophers/graphql-go") }) {
			linked = append(linked, strings.TrimPrefix(deps[0], module))
		}
	}
	if diff := cmp.Diff([]string{"stacks/web/lambda/graphql"}, linked); diff != "" || functions < 10 {
		t.Errorf("of %d functions (-want +got):\n%s", functions, diff)
	}
}
