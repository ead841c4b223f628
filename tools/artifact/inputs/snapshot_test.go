package inputs

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file of the standard library or of a fetched module that somebody edits in
// place counts, although no version says so.
func TestEditedToolchainAndModulesCount(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.go")
	times := time.Now().Add(-time.Hour)
	write := func(text string) {
		t.Helper()
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o644), os.Chtimes(path, times, times)); err != nil {
			t.Fatal(err)
		}
	}
	write("package a\n")
	w := watchlist{ReadOnly: map[string][]string{dir: nil}}
	before, err := w.snapshot(t.Context(), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	write("package b\n") // of the same size, with the same times
	after, err := w.snapshot(t.Context(), before.ReadOnly, 1)
	if err != nil || after.same(before) {
		t.Errorf("not seen, %v", err)
	}
}
