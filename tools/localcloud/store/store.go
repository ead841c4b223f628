// Package store keeps the local cloud's state: named collections of JSON
// records in one bbolt file. It knows nothing of AWS.
//
// Every write is a transaction that has reached the operating system before it
// returns, so that a killed process loses nothing. It is not flushed to the disk
// each time, which would make a request a hundred times slower: a machine that
// loses power may lose the state, and the file may not open. The file is locked:
// a second process that opens it gets ErrLocked.
package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrLocked is the error of Open when another process has the state open.
var ErrLocked = errors.New("the state is in use by another process")

// DB is one state file.
type DB struct {
	path    string
	mu      sync.RWMutex // held for reading by every transaction, and for writing to replace the file
	bolt    *bolt.DB
	checked atomic.Int64 // when the file's size was last checked, in nanoseconds
}

// Open opens the state file at path and creates it and its folder if they do not
// exist. A file that is mostly empty is compacted. It returns ErrLocked when
// another process holds the file.
func Open(path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	b, err := openFile(path)
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, bolt: b}
	db.checked.Store(time.Now().UnixNano())
	if err := db.shrink(atStart); err != nil {
		return nil, errors.Join(fmt.Errorf("compacting %s: %w", path, err), db.bolt.Close())
	}
	return db, nil
}

// openFile opens and locks a file, and checks that it is still the one at path:
// another process may have replaced it meanwhile.
func openFile(path string) (*bolt.DB, error) {
	var file *os.File
	b, err := bolt.Open(path, 0o600, &bolt.Options{
		Timeout: 200 * time.Millisecond, NoSync: true, FreelistType: bolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s: %w", path, ErrLocked)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	have, err := file.Stat()
	now, err2 := os.Stat(path)
	if err := errors.Join(err, err2); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	if !os.SameFile(have, now) {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, ErrLocked), b.Close())
	}
	return b, nil
}

// Close flushes the state to the disk and releases the file.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	return errors.Join(db.bolt.Sync(), db.bolt.Close())
}

// Tx is one atomic change over any number of collections.
type Tx struct{ bolt *bolt.Tx }

// Update runs f in a read-write transaction: all of it happens or none.
func (db *DB) Update(f func(*Tx) error) error {
	err := db.update(f)
	db.shrinkIfDue()
	return err
}

func (db *DB) update(f func(*Tx) error) error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.bolt.Update(func(t *bolt.Tx) error { return f(&Tx{t}) })
}

// View runs f in a read-only transaction, on one consistent state.
func (db *DB) View(f func(*Tx) error) error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.bolt.View(func(t *bolt.Tx) error { return f(&Tx{t}) })
}

// Collection is a named set of records of type T, sorted by key.
type Collection[T any] struct {
	db   *DB
	name []byte
}

// In returns the collection of that name. It need not exist yet.
func In[T any](db *DB, name string) Collection[T] {
	return Collection[T]{db: db, name: []byte(name)}
}

// Get returns the record at key; ok is false if there is none.
func (c Collection[T]) Get(key string) (v T, ok bool, err error) {
	err = c.db.View(func(tx *Tx) error {
		v, ok, err = c.GetTx(tx, key)
		return err
	})
	return v, ok, err
}

// Put writes the record at key.
func (c Collection[T]) Put(key string, v T) error {
	return c.db.Update(func(tx *Tx) error { return c.PutTx(tx, key, v) })
}

// Delete removes the record at key; it is no error if there is none.
func (c Collection[T]) Delete(key string) error {
	return c.db.Update(func(tx *Tx) error { return c.DeleteTx(tx, key) })
}

// List returns the records whose key starts with prefix, in the order of their
// keys.
func (c Collection[T]) List(prefix string) (all []T, err error) {
	err = c.db.View(func(tx *Tx) error {
		return c.EachTx(tx, prefix, func(_ string, v T) (bool, error) {
			all = append(all, v)
			return true, nil
		})
	})
	return all, err
}

// GetTx is Get within a transaction.
func (c Collection[T]) GetTx(tx *Tx, key string) (v T, ok bool, err error) {
	b := tx.bolt.Bucket(c.name)
	if b == nil {
		return v, false, nil
	}
	raw := b.Get([]byte(key))
	if raw == nil {
		return v, false, nil
	}
	return v, true, json.Unmarshal(raw, &v)
}

// PutTx is Put within a transaction.
func (c Collection[T]) PutTx(tx *Tx, key string, v T) error {
	b, err := tx.bolt.CreateBucketIfNotExists(c.name)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Put([]byte(key), raw)
}

// DeleteTx is Delete within a transaction.
func (c Collection[T]) DeleteTx(tx *Tx, key string) error {
	if b := tx.bolt.Bucket(c.name); b != nil {
		return b.Delete([]byte(key))
	}
	return nil
}

// DeleteAllTx removes the records whose key starts with prefix.
func (c Collection[T]) DeleteAllTx(tx *Tx, prefix string) error {
	b := tx.bolt.Bucket(c.name)
	if b == nil {
		return nil
	}
	cur := b.Cursor()
	for k, _ := cur.Seek([]byte(prefix)); k != nil && hasPrefix(k, prefix); k, _ = cur.Seek([]byte(prefix)) {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// EachTx calls f with the records whose key starts with prefix, in order,
// until f returns false or an error. f must not change the collection.
func (c Collection[T]) EachTx(tx *Tx, prefix string, f func(key string, v T) (bool, error)) error {
	return c.FromTx(tx, prefix, prefix, f)
}

// FromTx is EachTx from the first key on that is not before start.
func (c Collection[T]) FromTx(tx *Tx, prefix, start string, f func(key string, v T) (bool, error)) error {
	b := tx.bolt.Bucket(c.name)
	if b == nil {
		return nil
	}
	cur := b.Cursor()
	for k, raw := cur.Seek([]byte(start)); k != nil && hasPrefix(k, prefix); k, raw = cur.Next() {
		var v T
		if err := json.Unmarshal(raw, &v); err != nil {
			return fmt.Errorf("record %s/%s: %w", c.name, k, err)
		}
		if more, err := f(string(k), v); err != nil || !more {
			return err
		}
	}
	return nil
}

func hasPrefix(key []byte, prefix string) bool {
	return len(key) >= len(prefix) && string(key[:len(prefix)]) == prefix
}
