package localcloud_test

import (
	"errors"
	"flag"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud"
)

var update = flag.Bool("update", false, "write the golden files")

// wantFault compares an error's text with testdata/<kind>.golden, with what
// differs from run to run replaced.
func wantFault(t *testing.T, err error, kind localcloud.FaultKind, replacements ...string) {
	t.Helper()
	var f localcloud.Fault
	if !errors.As(err, &f) || f.Kind != kind {
		t.Fatalf("error %v, want %s", err, kind)
	}
	replacements = append(replacements, "process "+strconv.Itoa(os.Getpid()), "process PID")
	got := strings.NewReplacer(replacements...).Replace(f.Error()) + "\n"
	got = regexp.MustCompile(`\(/\S+\.test [^)]*\)`).ReplaceAllString(got, "(COMMAND)")
	file := filepath.Join("testdata", string(kind)+".golden")
	if *update {
		check(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	check(t, err)
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

func TestTakenPortIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	dir := t.TempDir()
	_, err = localcloud.New(localcloud.Config{Addr: l.Addr().String(), Dir: dir})
	wantFault(t, err, localcloud.PortTaken, "port "+port, "port PORT",
		"by another process", "by process PID (COMMAND)") // where there is no /proc
	if pid := localcloud.PID(dir); pid != 0 {
		t.Errorf("a cloud that did not start left process %d in its folder", pid)
	}
}

func TestHolderOfTheStateIsNamed(t *testing.T) {
	config := localcloud.Config{Addr: "127.0.0.1:0", Dir: t.TempDir()}
	first, err := localcloud.New(config)
	check(t, err)
	defer first.Close()
	_, err = localcloud.New(config)
	wantFault(t, err, localcloud.StateLocked, config.Dir, "DIR")
	if pid := localcloud.PID(config.Dir); pid != os.Getpid() {
		t.Errorf("the second start took the first one's note: %d", pid)
	}
}

func TestDamagedStateIsNamed(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "state.db"), make([]byte, 8192), 0o600))
	_, err := localcloud.New(localcloud.Config{Addr: "127.0.0.1:0", Dir: dir})
	wantFault(t, err, localcloud.StateBroken, dir, "DIR")
}

func TestAddressOfTheNetworkIsRefused(t *testing.T) {
	_, err := localcloud.New(localcloud.Config{Addr: "0.0.0.0:4566", Dir: t.TempDir()})
	wantFault(t, err, localcloud.CannotListen)
}

func TestStateIsReleased(t *testing.T) {
	config := localcloud.Config{Addr: "127.0.0.1:0", Dir: t.TempDir()}
	for range 2 {
		cloud, err := localcloud.New(config)
		check(t, err)
		check(t, cloud.Close())
	}
}
