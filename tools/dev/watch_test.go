package dev

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
)

// limit bounds the wait for a change.
const limit = 20 * time.Second

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// started returns a watcher of a folder, and how it ends.
func started(t *testing.T, root string) (*watcher, <-chan error) {
	t.Helper()
	w, err := watch(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.close() })
	ended := make(chan error, 1)
	go func() { ended <- w.run() }()
	return w, ended
}

// next returns the paths of the next change, from the watcher's root.
func next(t *testing.T, w *watcher) (paths []string) {
	t.Helper()
	select {
	case c := <-w.changes:
		for _, p := range c.paths {
			rel, err := filepath.Rel(w.roots[0], p)
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, rel)
		}
	case <-time.After(limit):
		t.Fatal("no change")
	}
	return paths
}

func wantNext(t *testing.T, w *watcher, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, next(t, w)); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
}

func TestWatch(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "a", "a.go"), "package a")
	write(t, filepath.Join(root, ".git", "index"), "1")
	w, _ := started(t, root)

	write(t, filepath.Join(root, ".git", "index"), "2") // nobody's concern
	write(t, filepath.Join(root, "a", ".a.go.swp"), "aside")
	write(t, filepath.Join(root, "a", "a.go"), "package a // 2")
	wantNext(t, w, "a/a.go")

	// The same contents are no change; the next one is told of alone.
	write(t, filepath.Join(root, "a", "a.go"), "package a // 2")
	write(t, filepath.Join(root, "b.go"), "package b")
	wantNext(t, w, "b.go")

	// As editors save: aside, then over the file.
	write(t, filepath.Join(root, "a", ".tmp"), "package a // 3")
	if err := os.Rename(filepath.Join(root, "a", ".tmp"), filepath.Join(root, "a", "a.go")); err != nil {
		t.Fatal(err)
	}
	wantNext(t, w, "a/a.go")

	if err := os.Remove(filepath.Join(root, "b.go")); err != nil {
		t.Fatal(err)
	}
	wantNext(t, w, "b.go")
}

// A folder that is new is watched, with what was in it before that was so.
func TestWatchANewFolder(t *testing.T) {
	dir := t.TempDir()
	root, aside := filepath.Join(dir, "module"), filepath.Join(dir, "aside")
	write(t, filepath.Join(root, "a.go"), "package a")
	write(t, filepath.Join(aside, "new", "deep", "a.go"), "package deep")
	w, _ := started(t, root)
	if err := os.Rename(filepath.Join(aside, "new"), filepath.Join(root, "new")); err != nil {
		t.Fatal(err)
	}
	wantNext(t, w, "new/deep/a.go")
	write(t, filepath.Join(root, "new", "deep", "a.go"), "package deep // 2")
	wantNext(t, w, "new/deep/a.go")
}

func TestWatchedFolderIsGone(t *testing.T) {
	root := filepath.Join(t.TempDir(), "module")
	write(t, filepath.Join(root, "a.go"), "package a")
	_, ended := started(t, root)
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if d, ok := errors.AsType[diag.Diagnostic](err); !ok || d.Code != diag.WatchedGone {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(limit):
		t.Fatal("the watcher goes on")
	}
}

func TestCannotWatch(t *testing.T) {
	_, err := watch(filepath.Join(t.TempDir(), "nothing"))
	if d, ok := errors.AsType[diag.Diagnostic](err); !ok || d.Code != diag.CannotWatch {
		t.Errorf("error %v", err)
	}
	d, ok := errors.AsType[diag.Diagnostic](cannotWatch(syscall.ENOSPC))
	if want := "raise the limits of inotify: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"; !ok || d.Next != want {
		t.Errorf("too many files: %+v", d)
	}
}
