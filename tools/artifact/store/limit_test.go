//go:build linux || darwin

package store

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/seastack/seastack/tools/artifact/fault"
)

// The system itself refuses to write a larger file, as it does on a full disk.
func TestSystemRefusesToWrite(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "artifacts")}
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	old := Entry{Digest: "old", Size: 3}
	if err := s.Put("key", old, []byte("old")); err != nil {
		t.Fatal(err)
	}
	limitFileSize(t, 8<<20) // more than the log of files that `go test` itself writes meanwhile
	err := s.Put("key", Entry{Digest: "new", Size: 12 << 20}, bytes.Repeat([]byte("new"), 4<<20))
	if !fault.DiskFull(err) {
		t.Fatalf("got %v", err)
	}
	var kept Entry
	if err := readJSON(s.indexPath("key"), &kept); err != nil || kept != old {
		t.Errorf("the index has %v, %v", kept, err)
	}
	if data, err := os.ReadFile(s.ZipPath("old")); string(data) != "old" {
		t.Errorf("the old artifact holds %q, %v", data, err)
	}
	if _, err := os.Stat(s.ZipPath("new")); !os.IsNotExist(err) {
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
