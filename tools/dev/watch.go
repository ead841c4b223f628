package dev

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/seastack/seastack/gen/diag"
)

// quiet is how long no file must have changed before a change is acted on: editors
// write a file in several steps, and several files at once.
const quiet = 25 * time.Millisecond

// change is files that changed together.
type change struct {
	paths []string // absolute, sorted
	at    time.Time
}

// watcher tells of changed files below folders.
type watcher struct {
	notify  *fsnotify.Watcher
	changes chan change
	roots   []string
	folders int
	seen    map[string][sha256.Size]byte // contents as they were last told of, by path
}

// watch begins to watch folders, and all below them. What a user can correct is a
// diag.Diagnostic.
func watch(roots ...string) (*watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, cannotWatch(err)
	}
	w := &watcher{notify: notify, changes: make(chan change), roots: roots, seen: map[string][sha256.Size]byte{}}
	for _, root := range roots {
		if _, err := w.add(root); err != nil {
			return nil, errors.Join(cannotWatch(err), notify.Close())
		}
	}
	return w, nil
}

func cannotWatch(err error) error {
	d := diag.Diagnostic{Code: diag.CannotWatch, Message: "the module's files cannot be watched: " + err.Error(),
		Next: "see to it that you may read the module's folders"}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) {
		d.Next = "raise the limits of inotify: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"
	}
	return d
}

// add watches a folder and those below it, and returns the files in them.
func (w *watcher) add(root string) (files []string, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path != root:
			return nil // it has gone meanwhile
		case err != nil:
			return err
		case !entry.IsDir():
			files = append(files, path)
			return nil
		case path != root && isHidden(entry.Name()):
			return fs.SkipDir
		}
		w.folders++
		return w.notify.Add(path)
	})
	return files, err
}

// isHidden reports whether a folder or a file has nothing that a deployment is made
// from: what tools keep for themselves, and what editors write aside.
func isHidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || name == "node_modules"
}

// run sends changes until the watcher is closed, or a folder that is watched is gone.
func (w *watcher) run() error {
	defer close(w.changes)
	var pending change
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	for {
		select {
		case e, ok := <-w.notify.Events:
			if !ok {
				return nil
			}
			paths, err := w.changed(e)
			if err != nil {
				return err
			}
			if len(paths) == 0 {
				continue
			}
			if len(pending.paths) == 0 {
				pending.at = time.Now()
			}
			pending.paths = append(pending.paths, paths...)
			timer.Reset(quiet)
		case err, ok := <-w.notify.Errors:
			if !ok {
				return nil
			}
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return cannotWatch(err)
			}
			pending = change{paths: append(pending.paths, w.roots...), at: time.Now()}
			timer.Reset(quiet)
		case <-timer.C:
			if pending.paths = w.different(pending.paths); len(pending.paths) > 0 {
				w.changes <- pending
			}
			pending = change{}
		}
	}
}

// changed returns the files that an event says may have changed.
func (w *watcher) changed(e fsnotify.Event) ([]string, error) {
	if slices.Contains(w.roots, e.Name) && e.Has(fsnotify.Remove|fsnotify.Rename) {
		return nil, diag.Diagnostic{Code: diag.WatchedGone, Message: "the folder " + e.Name + " is gone", Next: "put it back and run the command again"}
	}
	if isHidden(filepath.Base(e.Name)) || e.Op == fsnotify.Chmod {
		return nil, nil
	}
	if info, err := os.Stat(e.Name); err == nil && info.IsDir() {
		if !e.Has(fsnotify.Create) {
			return nil, nil
		}
		files, err := w.add(e.Name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, cannotWatch(err)
		}
		return files, nil
	}
	return []string{e.Name}, nil
}

// different returns those of the files that have other contents than when they were
// last told of, sorted.
func (w *watcher) different(paths []string) []string {
	slices.Sort(paths)
	return slices.DeleteFunc(slices.Compact(paths), func(f string) bool { return !w.isNew(f) })
}

// isNew reports whether a file has other contents than when it was last told of. A
// file that is gone has contents of its own.
func (w *watcher) isNew(path string) bool {
	var sum [sha256.Size]byte
	if content, err := os.ReadFile(path); err == nil {
		sum = sha256.Sum256(content)
	}
	before, known := w.seen[path]
	w.seen[path] = sum
	return !known || before != sum
}

func (w *watcher) close() error { return w.notify.Close() }
