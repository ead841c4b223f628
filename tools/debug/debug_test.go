package debug

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
)

func TestCommand(t *testing.T) {
	want := []string{"/bin/dlv", "exec", "/out/create", "--headless", "--accept-multiclient", "--continue", "--api-version=2",
		"--listen=127.0.0.1:2345", "--check-go-version=false"}
	if diff := cmp.Diff(want, Command("/bin/dlv", "/out/create", DefaultPort)); diff != "" {
		t.Error(diff)
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if d, ok := errors.AsType[diag.Diagnostic](err); !ok || d.Code != code || d.Next == "" {
		t.Errorf("error %v; want %s with a next step", err, code)
	}
}

func TestCheckPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	wantCode(t, CheckPort(port), diag.DebugPortTaken)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := CheckPort(port); err != nil {
		t.Error(err)
	}
}

func TestFindWithoutDelve(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Find(t.Context(), t.TempDir())
	wantCode(t, err, diag.NoDebugger)
}

func TestFindInPath(t *testing.T) {
	dir := t.TempDir()
	dlv := filepath.Join(dir, "dlv")
	if err := os.WriteFile(dlv, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	if got, err := Find(t.Context(), t.TempDir()); got != dlv || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// TestLaunches: what is written is what editors read, is replaced by the next, and
// leaves files of users alone.
func TestLaunches(t *testing.T) {
	for i, l := range Launches(2345) {
		_, body, _ := strings.Cut(l.Content, "\n")
		if filepath.Ext(l.File) == ".json" && !json.Valid([]byte(body)) || filepath.Ext(l.File) == ".xml" && xml.Unmarshal([]byte(body), new(struct{})) != nil {
			t.Errorf("%s: %s", l.File, body)
		}
		root := t.TempDir()
		for _, one := range []Launch{l, Launches(2346)[i]} {
			if written, err := one.Write(root); !written || err != nil {
				t.Errorf("%s: %v, %v", l.File, written, err)
			}
			got, err := os.ReadFile(filepath.Join(root, l.File))
			if err != nil || string(got) != one.Content {
				t.Errorf("%s has %q, %v", l.File, got, err)
			}
		}
		if err := os.WriteFile(filepath.Join(root, l.File), []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
		if written, err := l.Write(root); written || err != nil {
			t.Errorf("%s of a user: %v, %v", l.File, written, err)
		}
		if strings.Contains(l.Snippet(), ours) || !strings.Contains(l.Snippet(), "2345") {
			t.Errorf("snippet %s", l.Snippet())
		}
	}
}
