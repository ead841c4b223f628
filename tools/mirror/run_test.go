package mirror

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seastack/seastack/gen/diag"
)

func TestLineWriter(t *testing.T) {
	var got []string
	w := &lineWriter{onLine: func(s string) { got = append(got, s) }}
	for _, s := range []string{"one\ntw", "o\r\n", "\nget https://me:pw@host/x", ""} {
		if n, err := w.Write([]byte(s)); n != len(s) || err != nil {
			t.Fatal(n, err)
		}
	}
	w.flush()
	w.flush()
	if diff := cmp.Diff([]string{"one", "two", "", "get https://***@host/x"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"https://me:pw@host/a":                             "https://***@host/a",
		"GOPROXY=https://token@host,https://a:b@c/,direct": "GOPROXY=https://***@host,https://***@c/,direct",
		"https://host/a@v1.0.0":                            "https://host/a@v1.0.0",
		"mail me@host":                                     "mail me@host",
	} {
		if got := redact(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// The real go command, at a proxy that is not there, is told from other failures.
func TestUnreachableProxy(t *testing.T) {
	s := newSandbox(t)
	s.env = append(s.env, "PATH="+os.Getenv("PATH"), "HOME="+os.Getenv("HOME"), "GOPROXY=http://127.0.0.1:1", "GONOPROXY=none", "GOPRIVATE=",
		"GOMODCACHE="+filepath.Join(s.dir, "mod"), "GOCACHE="+filepath.Join(s.dir, "gocache"), "GOFLAGS=-modcacherw")
	_, err := Ensure(context.Background(), s.options(nil))
	var d diag.Diagnostic
	if !errors.As(err, &d) || d.Code != "SEA7008" {
		t.Errorf("got %v", err)
	}
	s.onlyMirrorLeft()
}
