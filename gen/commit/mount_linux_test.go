package commit_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/seastack/seastack/gen/emit"
	"github.com/seastack/seastack/gen/emit/output"
)

// TestApplyOnAnotherFileSystem generates into a folder that is a mount of its
// own. Who may not mount has a file system for the whole module that is not the
// temporary folder's.
func TestApplyOnAnotherFileSystem(t *testing.T) {
	root := t.TempDir()
	mounted := filepath.Join(root, "terraform")
	if err := os.Mkdir(mounted, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("seastack-test", mounted, "tmpfs", 0, "size=1m"); err == nil {
		t.Cleanup(func() {
			if err := syscall.Unmount(mounted, 0); err != nil {
				t.Error(err)
			}
		})
	} else {
		root = sharedMemory(t)
	}
	file := emit.File{Path: "terraform/platform/api.gen.tf", Content: []byte(output.TerraformHeader + "\n")}
	apply(t, root, []emit.File{file})
	if !plan(t, root, []emit.File{file}).Empty() {
		t.Error("the file is not there")
	}
}

func sharedMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "seastack-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
