//go:build linux || darwin

package artifact

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// The system itself refuses to write a larger file, as it does on a full disk.
func TestSystemRefusesToWrite(t *testing.T) {
	s := store{dir: filepath.Join(t.TempDir(), "artifacts")}
	if err := s.prepare(); err != nil {
		t.Fatal(err)
	}
	old := entry{Digest: "old", Size: 3}
	if err := s.put("key", old, []byte("old")); err != nil {
		t.Fatal(err)
	}
	limitFileSize(t, 8<<20) // more than the log of files that `go test` itself writes meanwhile
	err := s.put("key", entry{Digest: "new", Size: 12 << 20}, bytes.Repeat([]byte("new"), 4<<20))
	if !isFull(err) {
		t.Fatalf("got %v", err)
	}
	var kept entry
	if err := readJSON(s.indexPath("key"), &kept); err != nil || kept != old {
		t.Errorf("the index has %v, %v", kept, err)
	}
	if data, err := os.ReadFile(s.zipPath("old")); string(data) != "old" {
		t.Errorf("the old artifact holds %q, %v", data, err)
	}
	if _, err := os.Stat(s.zipPath("new")); !os.IsNotExist(err) {
		t.Errorf("half an artifact is there: %v", err)
	}
}

func limitFileSize(t *testing.T, size uint64) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limit := before
	limit.Cur = size
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Error(err)
		}
	})
}
