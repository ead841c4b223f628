package store

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"testing"
	"time"
)

func TestFindReadsAZipOnce(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	zip := []byte("the bytes of a zip")
	sum := sha256.Sum256(zip)
	e := Entry{Digest: hex.EncodeToString(sum[:]), Size: int64(len(zip))}
	if err := s.Put("key", e, zip); err != nil {
		t.Fatal(err)
	}
	path := s.ZipPath(e.Digest)
	if got, ok := s.Find("key"); !ok || got.Stat == "" {
		t.Fatalf("got %+v", got)
	}
	var kept Entry
	if err := readJSON(s.indexPath("key"), &kept); err != nil || kept.Stat != "" {
		t.Errorf("a state of just now is trusted: %+v, %v", kept, err)
	}
	time.Sleep(settling + 100*time.Millisecond) // the file's own change time cannot be set
	if _, ok := s.Find("key"); !ok {
		t.Fatal("not found")
	}
	if err := readJSON(s.indexPath("key"), &kept); err != nil || kept.Stat == "" {
		t.Errorf("the state is not kept: %+v, %v", kept, err)
	}

	// The same length, in place, with the time set back.
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt([]byte("x"), 3); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Find("key"); ok {
		t.Error("an altered zip is found")
	}
	if err := os.WriteFile(path, zip, 0o644); err != nil { // restored, with another state
		t.Fatal(err)
	}
	if _, ok := s.Find("key"); !ok {
		t.Error("a restored zip is not found")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Find("key"); ok {
		t.Error("a zip that is gone is found")
	}
}
