package hygiene

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
)

// TestWorkflows checks the workflows with actionlint, and what it does not know:
// actions are pinned by commit, no job has more than it asks for, each has a limit
// of time, and no step puts an expression into a script.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d workflows, %v", len(files), err)
	}
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := linter.LintFiles(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		t.Error(e)
	}
	pinned := regexp.MustCompile(`uses: \S+@[0-9a-f]{40} # v[0-9.]+$`)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w, errs := actionlint.Parse(raw)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		if w.Permissions == nil {
			t.Errorf("%s: the jobs have the token's default permissions", file)
		}
		for name, job := range w.Jobs {
			if job.TimeoutMinutes == nil {
				t.Errorf("%s: the job %s may run for ever", file, name)
			}
			for _, step := range job.Steps {
				if run, ok := step.Exec.(*actionlint.ExecRun); ok && strings.Contains(run.Run.Value, "${{") {
					t.Errorf("%s: the job %s puts an expression into a script; pass it by env", file, name)
				}
			}
		}
		for line := range strings.Lines(string(raw)) {
			if line = strings.TrimRight(line, "\n"); strings.Contains(line, "uses: ") && !pinned.MatchString(line) {
				t.Errorf("%s: %s is not pinned to a commit with its version", file, strings.TrimSpace(line))
			}
		}
	}
}
