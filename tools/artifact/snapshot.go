package artifact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// watch is all that `go list` and the compiler looked at, as absolute paths. What
// is not there is watched as well: its appearance would be a change.
type watch struct {
	Files  []string            // contents matter
	Dirs   []string            // names of their files matter
	Trees  []string            // names of all that is below them matter
	Pinned map[string][]string // folders of fetched packages, and files of theirs that lie deeper
}

// snapshot is the state of what is watched.
type snapshot struct {
	Files  map[string]string `json:"files"` // path to SHA-256
	Dirs   map[string]string `json:"dirs"`  // path to the digest of the names
	Trees  map[string]string `json:"trees"`
	Pinned map[string]pin    `json:"pinned"`

	stats    map[string]string // path of a file or folder to what stat says of it
	youngest time.Time         // last change of any file or folder
}

// pin is a folder that nobody edits. Stat spares the reading while all of its
// files are, by size, inode and times, those whose contents were hashed.
type pin struct {
	Stat    string   `json:"stat"`
	Content string   `json:"content"`
	Deeper  []string `json:"deeper,omitempty"`
}

// absent is the digest of what does not exist.
const absent = "absent"

// same says whether two snapshots show the same contents.
func (s snapshot) same(other snapshot) bool {
	return maps.Equal(s.Files, other.Files) && maps.Equal(s.Dirs, other.Dirs) && maps.Equal(s.Trees, other.Trees) &&
		maps.EqualFunc(s.Pinned, other.Pinned, func(a, b pin) bool { return a.Content == b.Content })
}

// untouched says, more strictly, that nothing was even written in between.
func (s snapshot) untouched(other snapshot) bool {
	return s.same(other) && maps.Equal(s.stats, other.stats)
}

// watched is what the snapshot is of.
func (s snapshot) watched() watch {
	w := watch{
		Files: slices.Collect(maps.Keys(s.Files)), Dirs: slices.Collect(maps.Keys(s.Dirs)),
		Trees: slices.Collect(maps.Keys(s.Trees)), Pinned: map[string][]string{},
	}
	for dir, p := range s.Pinned {
		w.Pinned[dir] = p.Deeper
	}
	return w
}

// take looks at all that is watched. Known pins spare the reading of fetched
// packages; the user's own files are always read.
func (w watch) take(ctx context.Context, known map[string]pin, jobs int) (snapshot, error) {
	t := taking{snapshot: snapshot{
		Files: map[string]string{}, Dirs: map[string]string{}, Trees: map[string]string{},
		Pinned: map[string]pin{}, stats: map[string]string{},
	}}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(jobs)
	for dir, deeper := range w.Pinned {
		group.Go(func() error { return t.pin(ctx, dir, deeper, known[dir]) })
	}
	for _, path := range w.Files {
		group.Go(func() error { return t.digest(ctx, t.Files, path, hashFile) })
	}
	for _, path := range w.Dirs {
		group.Go(func() error { return t.digest(ctx, t.Dirs, path, hashNames) })
	}
	for _, path := range w.Trees {
		group.Go(func() error { return t.digest(ctx, t.Trees, path, hashTree) })
	}
	return t.snapshot, group.Wait()
}

// taking is a snapshot while several goroutines fill it.
type taking struct {
	mu sync.Mutex
	snapshot
}

func (t *taking) digest(ctx context.Context, into map[string]string, path string, of func(string) (string, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	sum := absent
	if err == nil {
		if sum, err = of(path); err != nil {
			return err
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	into[path] = sum
	if info != nil {
		id, changed := identity(info)
		t.stats[path] = id
		if changed.After(t.youngest) {
			t.youngest = changed
		}
	}
	return nil
}

func (t *taking) pin(ctx context.Context, dir string, deeper []string, known pin) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	files, stat, err := statPinned(dir, deeper)
	if err != nil {
		return err
	}
	p := pin{Stat: stat, Content: known.Content, Deeper: deeper}
	if known.Stat != stat {
		if p.Content, err = hashFiles(dir, files); err != nil {
			return err
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Pinned[dir] = p
	return nil
}

// statPinned gives the files of a fetched package, tests apart, and a digest of
// what stat says of each.
func statPinned(dir string, deeper []string) (files []string, stat string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, "", err
	}
	for _, entry := range entries {
		if !entry.IsDir() && !strings.HasSuffix(entry.Name(), "_test.go") {
			files = append(files, entry.Name())
		}
	}
	files = append(files, deeper...)
	sum := sha256.New()
	for _, name := range files {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return nil, "", err
		}
		id, _ := identity(info)
		fmt.Fprintf(sum, "%q %s\n", name, id)
	}
	return files, hexOf(sum), nil
}

func hashFiles(dir string, files []string) (string, error) {
	sum := sha256.New()
	for _, name := range files {
		digest, err := hashFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%q %s\n", filepath.ToSlash(name), digest)
	}
	return hexOf(sum), nil
}

func hashFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return hexOf(sum), err
}

// hashNames is the digest of the names that the go command would look at.
func hashNames(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	sum := sha256.New()
	for _, entry := range entries {
		name := entry.Name()
		if !entry.IsDir() && name[0] != '.' && name[0] != '_' && !strings.HasSuffix(name, "_test.go") {
			fmt.Fprintf(sum, "%q %v\n", name, entry.Type())
		}
	}
	return hexOf(sum), err
}

// versionControl are folders that a //go:embed pattern never takes.
var versionControl = []string{".bzr", ".git", ".hg", ".svn"}

// hashTree is the digest of all names below a folder that is embedded.
func hashTree(dir string) (string, error) {
	sum := sha256.New()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(versionControl, entry.Name()) {
			return fs.SkipDir
		}
		fmt.Fprintf(sum, "%q %v\n", path, entry.Type())
		return nil
	})
	return hexOf(sum), err
}

func hexOf(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)) }
