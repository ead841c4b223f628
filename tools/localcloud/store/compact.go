package store

import (
	"errors"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A file never shrinks: deleted records become free pages. So it is copied when
// it is mostly free.

// A rule decides when a file is copied: from a size in bytes on, and when at most
// one part in so many is in use.
type rule struct{ size, parts int64 }

// While the cloud runs, a copy blocks all other users of the state: it must save
// more then.
var (
	atStart = rule{size: 1 << 20, parts: 2}
	running = rule{size: 16 << 20, parts: 4}
)

// checkEvery is how often a running cloud looks at its file.
const checkEvery = 30 * time.Second

// shrinkIfDue compacts the file if nobody uses it at the moment. It never
// waits for that: a transaction within another would then wait for itself.
func (db *DB) shrinkIfDue() {
	last := db.checked.Load()
	now := time.Now().UnixNano()
	if now-last < int64(checkEvery) || !db.checked.CompareAndSwap(last, now) {
		return
	}
	if !db.mu.TryLock() {
		db.checked.Store(last) // the next change tries again
		return
	}
	defer db.mu.Unlock()
	_ = db.shrink(running) // the file is as it was then, and whole
}

// shrink compacts the file if r decides so. mu is held, or nobody else has db
// yet.
func (db *DB) shrink(r rule) error {
	info, err := os.Stat(db.path)
	if err != nil || info.Size() < r.size {
		return err
	}
	if used, err := db.used(); err != nil || used*r.parts > info.Size() {
		return err
	}
	return db.compact()
}

// used returns the bytes of the pages that are in use.
func (db *DB) used() (used int64, err error) {
	err = db.bolt.View(func(tx *bolt.Tx) error {
		used = tx.Size() - int64(db.bolt.Stats().FreePageN)*int64(db.bolt.Info().PageSize)
		return nil
	})
	return used, err
}

// copySize bounds a transaction of the copy, in bytes.
const copySize = 1 << 20

// compact replaces the file by a copy without free pages. The copy is locked
// before it takes the file's place, so that no other process gets in between.
func (db *DB) compact() error {
	path := db.path + ".compact"
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err // left by a process that was killed
	}
	b, err := openFile(path)
	if err != nil {
		return err
	}
	err = bolt.Compact(b, db.bolt, copySize)
	if err == nil {
		err = b.Sync()
	}
	if err == nil {
		err = os.Rename(path, db.path)
	}
	if err != nil {
		return errors.Join(err, b.Close(), os.Remove(path))
	}
	old := db.bolt
	db.bolt = b
	return old.Close()
}
