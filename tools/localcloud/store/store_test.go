package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type record struct{ N int }

func open(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func newDB(t *testing.T) *DB { return open(t, filepath.Join(t.TempDir(), "deep", "state.db")) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRecordsComeBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	db := open(t, path)
	c := In[record](db, "things")
	if _, ok, err := c.Get("a"); ok || err != nil {
		t.Errorf("a collection that is not yet: %v, %v", ok, err)
	}
	check(t, c.Delete("a"))
	check(t, c.Put("a", record{1}))
	check(t, c.Put("a", record{2}))
	check(t, c.Put("b", record{3}))
	check(t, c.Delete("b"))
	check(t, db.Close())
	again := In[record](open(t, path), "things")
	if got, ok, err := again.Get("a"); err != nil || !ok || got.N != 2 {
		t.Errorf("a is %v, %v, %v", got, ok, err)
	}
	if _, ok, _ := again.Get("b"); ok {
		t.Error("b was deleted")
	}
}

func TestListIsSortedAndKeepsToThePrefix(t *testing.T) {
	c := In[record](newDB(t), "things")
	for i, key := range []string{"q/2", "q/10", "p/1", "q", "r"} {
		check(t, c.Put(key, record{i}))
	}
	got, err := c.List("q/")
	check(t, err)
	if d := cmp.Diff([]record{{1}, {0}}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestFromStartsInTheMiddleAndStops(t *testing.T) {
	db := newDB(t)
	c := In[record](db, "things")
	for i := range 5 {
		check(t, c.Put(fmt.Sprintf("k%d", i), record{i}))
	}
	var keys []string
	check(t, db.View(func(tx *Tx) error {
		return c.FromTx(tx, "k", "k2", func(key string, _ record) (bool, error) {
			keys = append(keys, key)
			return len(keys) < 2, nil
		})
	}))
	if d := cmp.Diff([]string{"k2", "k3"}, keys); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	db := newDB(t)
	a, b := In[record](db, "a"), In[record](db, "b")
	failure := errors.New("half way")
	err := db.Update(func(tx *Tx) error {
		if err := a.PutTx(tx, "k", record{1}); err != nil {
			return err
		}
		if err := b.PutTx(tx, "k", record{1}); err != nil {
			return err
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
	for _, c := range []Collection[record]{a, b} {
		if _, ok, _ := c.Get("k"); ok {
			t.Errorf("collection %s has a record of a change that failed", c.name)
		}
	}
}

func TestConcurrentChangesAllCount(t *testing.T) {
	db := newDB(t)
	c := In[record](db, "things")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				err := db.Update(func(tx *Tx) error {
					v, _, err := c.GetTx(tx, "n")
					if err != nil {
						return err
					}
					return c.PutTx(tx, "n", record{v.N + 1})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if got, _, _ := c.Get("n"); got.N != 160 {
		t.Errorf("%d changes, want 160", got.N)
	}
}

func TestSecondOpenIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	open(t, path)
	if _, err := Open(path); !errors.Is(err, ErrLocked) {
		t.Errorf("error %v, want ErrLocked", err)
	}
}

func TestFileThatIsNoStateIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	check(t, os.WriteFile(path, make([]byte, 8192), 0o600))
	if _, err := Open(path); err == nil || errors.Is(err, ErrLocked) {
		t.Errorf("error %v", err)
	}
}

func TestRecordOfAnotherShapeNamesItsKey(t *testing.T) {
	db := newDB(t)
	check(t, In[string](db, "things").Put("k", "text"))
	if _, err := In[record](db, "things").List(""); err == nil || err.Error()[:15] != "record things/k" {
		t.Errorf("error %v", err)
	}
}

func BenchmarkPut(b *testing.B) {
	db, err := Open(filepath.Join(b.TempDir(), "state.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	c := In[record](db, "things")
	for i := 0; b.Loop(); i++ {
		if err := c.Put(fmt.Sprintf("%08d", i%1000), record{i}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	db, err := Open(filepath.Join(b.TempDir(), "state.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	c := In[record](db, "things")
	if err := c.Put("k", record{1}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := c.Get("k"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDeleteAllTx removes the records of a prefix, and no others.
func TestDeleteAllTx(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "state"))
	c := In[string](db, "c")
	for _, key := range []string{"a", "a:1", "a:2", "b:1"} {
		if err := c.Put(key, key); err != nil {
			t.Fatal(err)
		}
	}
	err := db.Update(func(tx *Tx) error {
		return errors.Join(c.DeleteAllTx(tx, "a:"), In[string](db, "none").DeleteAllTx(tx, ""))
	})
	if err != nil {
		t.Fatal(err)
	}
	if left, err := c.List(""); err != nil || !slices.Equal(left, []string{"a", "b:1"}) {
		t.Errorf("left %q, %v", left, err)
	}
}
