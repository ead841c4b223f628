package database

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// TestForward is the tunnel of TestTunnel when it is run with two arguments, a
// port and an address: it forwards one to the other until it is killed.
func TestForward(t *testing.T) {
	if flag.NArg() != 2 {
		return // the test is TestTunnel
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+flag.Arg(0))
	if err != nil {
		t.Fatal(err)
	}
	for {
		in, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			defer in.Close()
			out, err := net.Dial("tcp", flag.Arg(1))
			if err != nil {
				return
			}
			defer out.Close()
			go func() { _, _ = io.Copy(out, in) }()
			_, _ = io.Copy(in, out)
		}()
	}
}

// forwarder returns a tunnel's command, which is this test's binary.
func forwarder(t *testing.T, address string) []string {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{self, "-test.run=^TestForward$", "{local_port}", address}
}

// TestTunnel migrates a database whose name only the other end of the tunnel knows.
func TestTunnel(t *testing.T) {
	u, err := url.Parse(dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	port := u.Port()
	u.Host = "database.invalid:" + port
	d, err := FromURL(u.String())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "90001_one.sql"), []byte("-- +goose Up\nCREATE TABLE one (id int);\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	through, stop, err := d.Through(t.Context(), forwarder(t, "127.0.0.1:{port}"))
	if err != nil {
		t.Fatal(err)
	}
	if pending, err := through.Pending(t.Context(), dir); fmt.Sprint(pending) != "[90001_one.sql]" || err != nil {
		t.Errorf("pending: %v, %v", pending, err)
	}
	if ran, err := through.Migrate(t.Context(), dir); fmt.Sprint(ran) != "[90001_one.sql]" || err != nil {
		t.Errorf("ran %v, %v", ran, err)
	}
	if pending, err := through.Pending(t.Context(), dir); len(pending) > 0 || err != nil {
		t.Errorf("pending: %v, %v", pending, err)
	}
	stop()
	if _, err := through.Migrate(t.Context(), dir); err == nil {
		t.Error("the tunnel is still there")
	}
}

// TestTunnelThatFails names the command, and why.
func TestTunnelThatFails(t *testing.T) {
	d, err := FromURL("postgres://u@db.invalid/x")
	if err != nil {
		t.Fatal(err)
	}
	for command, want := range map[string]string{
		"no-such-program {local_port}":                      "no-such-program",
		"sh -c echo$IFS'no-way'>&2;exit$IFS'3'{local_port}": "the command has ended: no-way",
	} {
		_, _, err := d.Through(t.Context(), strings.Fields(command))
		var found diag.Diagnostic
		if !errors.As(err, &found) || found.Code != diag.TunnelFailed || !strings.Contains(found.Message, want) || found.Next == "" {
			t.Errorf("%s: %v", command, err)
		}
	}
}
