package local

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/project"
)

// TestBrokenState: half a state is not a root without outputs.
func TestBrokenState(t *testing.T) {
	p := project.Project{Root: t.TempDir()}
	file := p.Local("terraform", "platform.tfstate")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	for state, broken := range map[string]bool{"": false, `{"outputs":{"api_endpoint":{"value":"http://x"}}}`: false, `{"outputs":{"api_`: true} {
		if err := os.WriteFile(file, []byte(state), 0o644); err != nil {
			t.Fatal(err)
		}
		var d diag.Diagnostic
		if _, err := stateOutput[string](p, "platform", "api_endpoint"); errors.As(err, &d) != broken || broken && d.Code != diag.BrokenState {
			t.Errorf("%q: %v", state, err)
		}
	}
}
