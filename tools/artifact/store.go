package artifact

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2"
)

// store keeps zips by the digest of their bytes, and an index from the key of
// what they were built from. Every file is written aside, synced and renamed, so
// that a reader sees all of it or nothing; only builders take the lock.
//
//	<digest>.zip         an artifact
//	index/<key>.json     which artifact the inputs with that key gave
//	stamps/<id>.json     what the last listing looked at; see doc.go
//	tmp/                 unfinished work; stale whenever the lock is free
//	lock
type store struct {
	dir  string
	wrap func(io.Writer) io.Writer // tests put a full disk here; nil otherwise
}

// entry is a line of the index.
type entry struct {
	Digest string `json:"digest"`
	Size   int64  `json:"size"` // of the zip, in bytes
}

func (s store) zipPath(digest string) string     { return filepath.Join(s.dir, digest+".zip") }
func (s store) indexPath(key string) string      { return filepath.Join(s.dir, "index", key+".json") }
func (s store) stampPath(id string) string       { return filepath.Join(s.dir, "stamps", id+".json") }
func (s store) tmpDir() string                   { return filepath.Join(s.dir, "tmp") }
func (s store) explain(err error) error          { return storeError(err, s.dir) }
func (s store) readStamp(id string, to any) bool { return readJSON(s.stampPath(id), to) == nil }

// prepare makes the folders.
func (s store) prepare() error {
	for _, dir := range []string{"index", "stamps", "tmp"} {
		if err := os.MkdirAll(filepath.Join(s.dir, dir), 0o755); err != nil {
			return s.explain(err)
		}
	}
	return nil
}

// lockPause is the time between two looks at a lock that another process holds.
const lockPause = 50 * time.Millisecond

// lock makes this process the only builder. It ends with the process, however
// that ends, and what a killed builder left unfinished is cleared away.
func (s store) lock(ctx context.Context, waiting func()) (unlock func(), err error) {
	lock := flock.New(filepath.Join(s.dir, "lock"))
	got, err := lock.TryLock()
	if err == nil && !got {
		waiting()
		_, err = lock.TryLockContext(ctx, lockPause)
	}
	if err != nil {
		return nil, s.explain(err)
	}
	if err := clearDir(s.tmpDir()); err != nil {
		return nil, errors.Join(s.explain(err), lock.Unlock())
	}
	return func() { _ = lock.Unlock() }, nil // the end of the process would do it, too
}

func clearDir(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, entry.Name())))
	}
	return err
}

// find gives the artifact for a key, if the store has it whole: its bytes are
// read, so that a zip which was cut short or altered is built again.
func (s store) find(key string) (entry, bool) {
	var e entry
	if err := readJSON(s.indexPath(key), &e); err != nil || e.Digest == "" {
		return entry{}, false
	}
	digest, err := hashFile(s.zipPath(e.Digest))
	return e, err == nil && digest == e.Digest
}

// put stores a zip and what it was built from. The zip is there before the index
// names it.
func (s store) put(key string, e entry, zip []byte) error {
	if err := s.write(s.zipPath(e.Digest), zip); err != nil {
		return s.explain(err)
	}
	return s.writeJSON(s.indexPath(key), e)
}

func (s store) writeJSON(path string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return s.explain(s.write(path, append(data, '\n')))
}

func (s store) write(path string, data []byte) error {
	return writeAtomic(path, s.tmpDir(), data, s.wrap)
}

// writeAtomic writes a file aside, in tmp, syncs it and puts it in its place. The
// folder is not synced: a crash may undo the last writes, which are then done
// again, but it leaves no half of one.
func writeAtomic(path, tmp string, data []byte, wrap func(io.Writer) io.Writer) (err error) {
	file, err := renameio.NewPendingFile(path, renameio.WithTempDir(tmp), renameio.WithStaticPermissions(0o644))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Cleanup()) }() // does nothing once the file is in its place
	var to io.Writer = file
	if wrap != nil {
		to = wrap(file)
	}
	if _, err := to.Write(data); err != nil {
		return err
	}
	return file.CloseAtomicallyReplace()
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func readJSON(path string, to any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, to)
}
