package lambda

import (
	"path/filepath"
	"testing"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// TestKeysOfEarlierVersionsAreRenamed reads a state whose keys contain a slash.
func TestKeysOfEarlierVersionsAreRenamed(t *testing.T) {
	db, err := store.Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	aliases := store.In[alias](db, "lambda/aliases")
	for _, key := range []string{"f/live", "g:live"} {
		if err := aliases.Put(key, alias{Name: key}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := db.Update(func(tx *store.Tx) error { return migrateKeysTx(tx, aliases) }); err != nil {
			t.Fatal(err)
		}
	}
	all, err := aliases.List("")
	if err != nil || len(all) != 2 {
		t.Fatalf("%v %v, want two aliases", all, err)
	}
	for key, name := range map[string]string{"f:live": "f/live", "g:live": "g:live"} {
		if a, ok, err := aliases.Get(key); err != nil || !ok || a.Name != name {
			t.Errorf("%s: %v %v %v, want %s", key, a, ok, err, name)
		}
	}
}
