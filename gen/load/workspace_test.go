package load

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/diag"
)

// TestWorkspaceIsExplained: an import that only a go.work provides is refused,
// with the workspace's file and the command that does without it.
func TestWorkspaceIsExplained(t *testing.T) {
	top := resolved(t, t.TempDir())
	root := filepath.Join(top, "m")
	write(t, filepath.Join(top, "go.work"), "go 1.26\n\nuse (\n\t./m\n\t./models\n)\n")
	write(t, filepath.Join(top, "models", "go.mod"), "module example.com/models\n\ngo 1.26\n")
	write(t, filepath.Join(top, "models", "person", "p.go"), "package person\n\ntype Person struct{}\n")
	write(t, filepath.Join(root, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	write(t, filepath.Join(root, "stacks", "web", "web.go"), "package web\n\nimport _ \"example.com/models/person\"\n")
	for gowork, want := range map[string]bool{"": true, "off": false, filepath.Join(top, "go.work"): true} {
		t.Setenv("GOWORK", gowork)
		_, list, err := Load(t.Context(), root, folders)
		if err != nil || len(list) != 1 || list[0].Code != diag.DoesNotCompile {
			t.Fatal(list, err)
		}
		explained := strings.Contains(list[0].Error(), "../go.work has no effect") &&
			strings.Contains(list[0].Next, "go mod edit -replace=example.com/models=../models")
		if explained != want {
			t.Errorf("GOWORK=%s: %v", gowork, list)
		}
	}
}

// TestOwnModuleIsNoneOfTheWorkspaces: an error about the module itself does not
// blame the workspace.
func TestOwnModuleIsNoneOfTheWorkspaces(t *testing.T) {
	root := module(t, "stacks/web/web.go")
	write(t, filepath.Join(root, "go.work"), "go 1.26\n\nuse .\n")
	write(t, filepath.Join(root, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	write(t, filepath.Join(root, "stacks", "web", "web.go"), "package web\n\nimport _ \"example.com/m/none\"\n")
	_, list, err := Load(t.Context(), root, folders)
	if err != nil || len(list) != 1 || strings.Contains(list[0].Error(), "go.work") {
		t.Errorf("%v, %v", list, err)
	}
}
