package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// load writes n records of a kilobyte, in several transactions, and deletes all
// but every hundredth.
func load(t *testing.T, db *DB, n int) (kept int) {
	t.Helper()
	c := In[string](db, "load")
	key := func(i int) string { return fmt.Sprintf("%08d", i) }
	each := func(what func(*Tx, int) error) {
		for start := 0; start < n; start += 500 {
			err := db.Update(func(tx *Tx) error {
				for i := start; i < min(start+500, n); i++ {
					if err := what(tx, i); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	each(func(tx *Tx, i int) error { return c.PutTx(tx, key(i), strings.Repeat("x", 1000)) })
	each(func(tx *Tx, i int) error {
		if i%100 == 0 {
			kept++
			return nil
		}
		return c.DeleteTx(tx, key(i))
	})
	return kept
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func wantKept(t *testing.T, db *DB, want int) {
	t.Helper()
	all, err := In[string](db, "load").List("")
	if err != nil || len(all) != want || len(all[0]) != 1000 {
		t.Errorf("%d records are left, %v; want %d", len(all), err, want)
	}
}

func TestFileShrinksAtTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	kept := load(t, db, 20_000)
	before := size(t, path)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".compact", []byte("of a killed process"), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if after := size(t, path); before < 16<<20 || after > before/20 {
		t.Errorf("from %d to %d bytes", before, after)
	}
	wantKept(t, db, kept)
	if _, err := Open(path); !errors.Is(err, ErrLocked) {
		t.Errorf("the copy is not locked: %v", err)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// TestFileShrinksWhileItIsUsed: readers and writers do not notice.
func TestFileShrinksWhileItIsUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	kept := load(t, db, 20_000)
	before := size(t, path)
	counter := In[int](db, "counter")
	stop := make(chan struct{})
	var users sync.WaitGroup
	count := 0
	users.Go(func() {
		for ; ; count++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := counter.Put("n", count); err != nil {
				t.Error(err)
			}
			if n, ok, err := counter.Get("n"); n != count || !ok || err != nil {
				t.Errorf("read %d %t %v, want %d", n, ok, err, count)
			}
		}
	})
	deadline := time.Now().Add(20 * time.Second)
	for size(t, path) > before/20 && time.Now().Before(deadline) {
		db.checked.Store(0) // the file is due to be checked
		time.Sleep(5 * time.Millisecond)
	}
	close(stop)
	users.Wait()
	if after := size(t, path); after > before/10 {
		t.Errorf("from %d to %d bytes", before, after)
	}
	wantKept(t, db, kept)
}

// TestTransactionsWithinTransactions must not wait for the file to shrink.
func TestTransactionsWithinTransactions(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	load(t, db, 20_000)
	done := make(chan error, 1)
	go func() {
		done <- db.View(func(*Tx) error {
			db.checked.Store(0)
			db.shrinkIfDue()
			return db.View(func(*Tx) error { return nil })
		})
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for itself")
	}
}
