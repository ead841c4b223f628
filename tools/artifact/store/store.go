// Package store keeps artifacts by the digest of their bytes, finds them by the
// key of what they were built from, and removes those that nobody uses. It
// knows nothing of how they are built.
package store

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/artifact/stat"
)

// Store keeps zips by the digest of their bytes, and an index from the key of
// what they were built from. Every file is written aside, synced and renamed,
// so that a reader sees all of it or nothing; only builders take the lock.
//
//	<digest>.zip         an artifact
//	index/<key>.json     which artifact the inputs with that key gave
//	stamps/<id>.gob      what the last listing looked at
//	tmp/                 unfinished work; stale whenever the lock is free
//	lock
type Store struct {
	Dir string
	// Wrap, where set, wraps the writer of every file: tests put a full disk
	// there.
	Wrap func(io.Writer) io.Writer
}

// Entry is a line of the index: an artifact.
type Entry struct {
	Digest string `json:"digest"`
	Size   int64  `json:"size"` // of the zip, in bytes
	// Stat is the state of the zip's file when its bytes were last seen to have
	// the digest; "" before the first time.
	Stat string `json:"stat,omitempty"`
}

// ZipPath returns where the artifact with that digest is.
func (s Store) ZipPath(digest string) string { return filepath.Join(s.Dir, digest+".zip") }

func (s Store) indexPath(key string) string { return filepath.Join(s.Dir, "index", key+".json") }
func (s Store) stampPath(id string) string  { return filepath.Join(s.Dir, "stamps", id+".gob") }
func (s Store) tmpDir() string              { return filepath.Join(s.Dir, "tmp") }

// Explain explains why something could not be written to the store, as a
// fault.Fault where a user can correct it.
func (s Store) Explain(err error) error { return Explain(err, s.Dir) }

// ReadStamp reads what WriteStamp wrote with that id, and reports whether there
// is such a stamp and it is whole.
func (s Store) ReadStamp(id string, to any) bool {
	data, err := os.ReadFile(s.stampPath(id))
	return err == nil && gob.NewDecoder(bytes.NewReader(data)).Decode(to) == nil
}

// WriteStamp keeps what the last listing looked at.
func (s Store) WriteStamp(id string, value any) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(value); err != nil {
		return err
	}
	return s.Explain(s.write(s.stampPath(id), b.Bytes()))
}

// Prepare makes the folders.
func (s Store) Prepare() error {
	for _, dir := range []string{"index", "stamps", "tmp"} {
		if err := os.MkdirAll(filepath.Join(s.Dir, dir), 0o755); err != nil {
			return s.Explain(err)
		}
	}
	return nil
}

// lockPause is the time between two looks at a lock that another process holds.
const lockPause = 50 * time.Millisecond

// Lock makes this process the only builder. It calls waiting when another
// process holds the lock, and then waits for that. The lock ends with the
// process, however that ends, and what a killed builder left unfinished is
// cleared away.
func (s Store) Lock(ctx context.Context, waiting func()) (unlock func(), err error) {
	lock := flock.New(filepath.Join(s.Dir, "lock"))
	got, err := lock.TryLock()
	if err == nil && !got {
		waiting()
		_, err = lock.TryLockContext(ctx, lockPause)
	}
	if err != nil {
		return nil, s.Explain(err)
	}
	if err := clearDir(s.tmpDir()); err != nil {
		return nil, errors.Join(s.Explain(err), lock.Unlock())
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

// settling is how old a file's last change must be for its state to be trusted:
// within a tick of the clock it could change again and look the same.
const settling = 2 * time.Second

// Find returns the artifact for a key, if the store has it whole. Its bytes are
// read unless size, inode and times of the file are what they were when that was
// last done: a zip that was cut short or altered is built again. That saves
// reading every zip on every run, 5 ms each.
func (s Store) Find(key string) (Entry, bool) {
	var e Entry
	if err := readJSON(s.indexPath(key), &e); err != nil || e.Digest == "" {
		return Entry{}, false
	}
	path := s.ZipPath(e.Digest)
	info, err := os.Stat(path)
	if err != nil {
		return Entry{}, false
	}
	state, changed := stat.Identity(info)
	if state == e.Stat {
		return e, true
	}
	if got, err := digest.File(path); err != nil || got != e.Digest {
		return e, false
	}
	if e.Stat = state; changed.Before(time.Now().Add(-settling)) {
		_ = s.writeJSON(s.indexPath(key), e) // a store that cannot be written is read again
	}
	return e, true
}

// Put stores a zip and what it was built from. The zip is there before the
// index names it.
func (s Store) Put(key string, e Entry, zip []byte) error {
	if err := s.write(s.ZipPath(e.Digest), zip); err != nil {
		return s.Explain(err)
	}
	return s.writeJSON(s.indexPath(key), e)
}

func (s Store) writeJSON(path string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return s.Explain(s.write(path, append(data, '\n')))
}

func (s Store) write(path string, data []byte) error {
	return writeAtomic(path, s.tmpDir(), data, s.Wrap)
}

// WorkDir makes a folder for binaries that nobody else uses. The caller, which
// holds the lock, removes it.
func (s Store) WorkDir() (string, error) {
	dir, err := os.MkdirTemp(s.tmpDir(), "build-*")
	return dir, s.Explain(err)
}

// writeAtomic writes a file aside, in tmp, syncs it and puts it in its place.
// The folder is not synced: a crash may undo the last writes, which are then
// done again, but it leaves no half of one.
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
