package inputs

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/artifact/stat"
)

// snapshot is the state of what a watchlist names.
type snapshot struct {
	Files map[string]string // path to SHA-256
	Dirs  map[string]string // path to the digest of the names
	Trees map[string]string
	// ReadOnly are the folders of fetched packages, by their path.
	ReadOnly map[string]readOnlyFolder

	stats    map[string]string // path of a file or folder to what stat says of it
	youngest time.Time         // last change of any file or folder
}

// readOnlyFolder is a folder that nobody edits. It is not read again while Stat
// is the same: while all of its files are, by size, inode and times, those
// whose contents were hashed.
type readOnlyFolder struct {
	Stat    string
	Content string
	Deeper  []string
}

// absent is the digest of what does not exist.
const absent = "absent"

// same reports whether two snapshots show the same contents.
func (s snapshot) same(other snapshot) bool {
	return maps.Equal(s.Files, other.Files) && maps.Equal(s.Dirs, other.Dirs) && maps.Equal(s.Trees, other.Trees) &&
		maps.EqualFunc(s.ReadOnly, other.ReadOnly, func(a, b readOnlyFolder) bool { return a.Content == b.Content })
}

// untouched reports, more strictly, whether nothing was even written in
// between.
func (s snapshot) untouched(other snapshot) bool {
	return s.same(other) && maps.Equal(s.stats, other.stats)
}

// watchlist returns what the snapshot is of.
func (s snapshot) watchlist() watchlist {
	w := watchlist{
		Files: slices.Collect(maps.Keys(s.Files)), Dirs: slices.Collect(maps.Keys(s.Dirs)),
		Trees: slices.Collect(maps.Keys(s.Trees)), ReadOnly: map[string][]string{},
	}
	for dir, p := range s.ReadOnly {
		w.ReadOnly[dir] = p.Deeper
	}
	return w
}

// snapshot looks at all that is watched. Known folders of fetched packages are
// not read again; the user's own files always are.
func (w watchlist) snapshot(ctx context.Context, known map[string]readOnlyFolder, jobs int) (snapshot, error) {
	b := snapshotBuilder{snapshot: snapshot{
		Files: map[string]string{}, Dirs: map[string]string{}, Trees: map[string]string{},
		ReadOnly: map[string]readOnlyFolder{}, stats: map[string]string{},
	}}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(jobs)
	for dir, deeper := range w.ReadOnly {
		group.Go(func() error { return b.addReadOnly(ctx, dir, deeper, known[dir]) })
	}
	for _, path := range w.Files {
		group.Go(func() error { return b.add(ctx, b.Files, path, digest.File) })
	}
	for _, path := range w.Dirs {
		group.Go(func() error { return b.add(ctx, b.Dirs, path, hashNames) })
	}
	for _, path := range w.Trees {
		group.Go(func() error { return b.add(ctx, b.Trees, path, hashTree) })
	}
	return b.snapshot, group.Wait()
}

// snapshotBuilder is a snapshot while several goroutines fill it.
type snapshotBuilder struct {
	mu sync.Mutex
	snapshot
}

func (b *snapshotBuilder) add(ctx context.Context, into map[string]string, path string, of func(string) (string, error)) error {
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
	b.mu.Lock()
	defer b.mu.Unlock()
	into[path] = sum
	if info != nil {
		id, changed := stat.Identity(info)
		b.stats[path] = id
		if changed.After(b.youngest) {
			b.youngest = changed
		}
	}
	return nil
}

func (b *snapshotBuilder) addReadOnly(ctx context.Context, dir string, deeper []string, known readOnlyFolder) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	files, state, err := statReadOnly(dir, deeper)
	if err != nil {
		return err
	}
	p := readOnlyFolder{Stat: state, Content: known.Content, Deeper: deeper}
	if known.Stat != state {
		if p.Content, err = hashFiles(dir, files); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ReadOnly[dir] = p
	return nil
}

// statReadOnly returns the files of a fetched package, tests apart, and a
// digest of what stat says of each.
func statReadOnly(dir string, deeper []string) (files []string, state string, err error) {
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
		id, _ := stat.Identity(info)
		fmt.Fprintf(sum, "%q %s\n", name, id)
	}
	return files, digest.Hex(sum), nil
}

func hashFiles(dir string, files []string) (string, error) {
	sum := sha256.New()
	for _, name := range files {
		content, err := digest.File(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%q %s\n", filepath.ToSlash(name), content)
	}
	return digest.Hex(sum), nil
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
	return digest.Hex(sum), err
}

// VersionControl are folders that a //go:embed pattern never takes.
var VersionControl = []string{".bzr", ".git", ".hg", ".svn"}

// hashTree is the digest of all names below a folder that is embedded.
func hashTree(dir string) (string, error) {
	sum := sha256.New()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(VersionControl, entry.Name()) {
			return fs.SkipDir
		}
		fmt.Fprintf(sum, "%q %v\n", path, entry.Type())
		return nil
	})
	return digest.Hex(sum), err
}
