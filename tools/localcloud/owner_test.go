package localcloud

import (
	"os"
	"path/filepath"
	"testing"
)

// fakeProc creates a /proc with one process, 42, that listens on port 4566
// (11D6).
func fakeProc(t *testing.T) string {
	t.Helper()
	proc := t.TempDir()
	write := func(name, content string) {
		file := filepath.Join(proc, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("net/tcp", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"+
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1\n"+
		"   1: 0100007F:11D6 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 222 1\n"+
		"   2: 0100007F:11D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1\n")
	write("42/cmdline", "localstack\x00start\x00")
	for name, target := range map[string]string{"41/fd/3": "socket:[222]", "42/fd/0": "/dev/null", "42/fd/7": "socket:[333]"} {
		link := filepath.Join(proc, name)
		if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	return proc
}

func TestListenerOf(t *testing.T) {
	proc := fakeProc(t)
	if got, ok := listenerOf(proc, 4566); !ok || got != (owner{42, "localstack start"}) {
		t.Errorf("owner %+v, %v", got, ok)
	}
	if got, ok := listenerOf(proc, 4567); ok {
		t.Errorf("a free port is %+v's", got)
	}
	if got, ok := listenerOf(t.TempDir(), 4566); ok {
		t.Errorf("without /proc the port is %+v's", got)
	}
}
