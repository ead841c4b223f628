package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEmittedFilesAreKept: what is kept is what would be emitted, and is never
// used for another model, or when it is damaged.
func TestEmittedFilesAreKept(t *testing.T) {
	p := shopProject(t)
	m, _, err := loadModel(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	want, err := emitted(p, m, "")
	if err != nil || len(want) == 0 {
		t.Fatalf("%d files, %v", len(want), err)
	}
	file := filepath.Join(p.Cache(), "emitted.gob")
	for name, do := range map[string]func() error{
		"nothing is kept": func() error { return os.RemoveAll(file) },
		"it is kept":      func() error { return nil },
		"it is damaged":   func() error { return os.WriteFile(file, []byte("x"), 0o600) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
		got, err := emitted(p, m, "key")
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	m.Stacks = nil
	other, err := emitted(p, m, "another key")
	if err != nil || len(other) >= len(want) {
		t.Errorf("the files of another model: %d, %v", len(other), err)
	}
}
