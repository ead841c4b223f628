package cloudprocess

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/s3"
	"github.com/seastack/seastack/tools/process"
)

// TestMain makes of this program the cloud's process, where it is called as one.
func TestMain(m *testing.M) {
	if i := slices.Index(os.Args, "localcloud"); i > 0 {
		os.Exit(cloudProcess(os.Args[i+1:]))
	}
	os.Exit(m.Run())
}

// cloudProcess does what `seastack localcloud` does; LAST_WORDS makes it say them
// and end.
func cloudProcess(args []string) int {
	flags := flag.NewFlagSet("localcloud", flag.ContinueOnError)
	dir, region, port := flags.String("dir", "", ""), flags.String("region", "", ""), flags.Int("port", 0, "")
	awaitRecord := flags.Bool("await-record", false, "")
	if flags.Parse(args) != nil || !*awaitRecord || AwaitRecord(os.Stdin) != nil {
		return 3
	}
	if words := os.Getenv("LAST_WORDS"); words != "" {
		fmt.Fprintln(os.Stderr, words)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	cloud, err := localcloud.New(localcloud.Config{Addr: fmt.Sprintf("127.0.0.1:%d", *port), Dir: *dir, Region: *region})
	if err != nil {
		var d diag.Diagnostic
		errors.As(Diagnose(err), &d)
		_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"errors": []diag.Diagnostic{d}}) // as --json does
		return 1
	}
	_ = errors.Join(cloud.Serve(ctx), cloud.Close())
	return 0
}

// newCloud returns a cloud of its own folder and port, which ends with the test.
func newCloud(t *testing.T) Cloud {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	c := Cloud{Dir: filepath.Join(t.TempDir(), "cloud"), Port: listener.Addr().(*net.TCPAddr).Port, Region: "us-east-1", Program: program, Build: "1", Environ: os.Environ()}
	t.Cleanup(func() {
		if _, err := c.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// start starts the cloud and returns its process.
func (c Cloud) start(t *testing.T, wantStarted bool) process.Process {
	t.Helper()
	started, err := c.Start(t.Context())
	if err != nil || started != wantStarted {
		t.Fatalf("started %t, %v; want %t", started, err, wantStarted)
	}
	p, ok := c.Running()
	if !ok || c.RunningPort() != c.Port || c.healthy(t.Context()) != nil {
		t.Fatalf("running %t on port %d, %v", ok, c.RunningPort(), c.healthy(t.Context()))
	}
	return p
}

func TestCloudStartsOnceAndStops(t *testing.T) {
	c := newCloud(t)
	if _, ok := c.Running(); ok || c.RunningPort() != 0 {
		t.Error("it runs before it was started")
	}
	first := c.start(t, true)
	if again := c.start(t, false); again != first {
		t.Errorf("a second start gives process %v, want %v", again, first)
	}
	if ran, err := c.Stop(t.Context()); !ran || err != nil || first.Alive() {
		t.Errorf("stopped %t, %v; alive: %t", ran, err, first.Alive())
	}
	if ran, err := c.Stop(t.Context()); ran || err != nil || c.RunningPort() != 0 {
		t.Errorf("stopped a second time: %t, %v", ran, err)
	}
}

func TestCloudIsReplacedWhenItIsAnother(t *testing.T) {
	c := newCloud(t)
	for _, change := range []func(){
		func() {}, func() { c.Build = "2" }, func() { c.Region = "eu-west-1" }, func() { c.Port = newCloud(t).Port },
	} {
		before, ran := c.Running()
		change()
		if after := c.start(t, true); ran && (before.Alive() || before == after) {
			t.Errorf("process %v still runs beside %v", before, after)
		}
	}
}

func TestCloudStartsAgainAfterAKill(t *testing.T) {
	c := newCloud(t)
	first := c.start(t, true)
	if err := syscall.Kill(first.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for first.Alive() {
		time.Sleep(time.Millisecond) // until the system has ended it
	}
	if _, ok := c.Running(); ok {
		t.Error("a killed cloud runs")
	}
	c.start(t, true)
}

// TestAStateHasItsName: a cloud that has lost its state is another one.
func TestAStateHasItsName(t *testing.T) {
	c := newCloud(t)
	state := func() string {
		c.start(t, true)
		name, err := c.State(t.Context())
		if err != nil || name == "" {
			t.Fatalf("state %q, %v", name, err)
		}
		if _, err := c.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		return name
	}
	first := state()
	if again := state(); again != first {
		t.Errorf("after a restart the state is %s, and was %s", again, first)
	}
	if err := os.RemoveAll(c.Dir); err != nil {
		t.Fatal(err)
	}
	if lost := state(); lost == first {
		t.Error("a new state has the name of the one that was lost")
	}
}

// TestCloudWithABrokenRecord: half a record, as a machine may leave that has lost
// its power, stands in nobody's way.
func TestCloudWithABrokenRecord(t *testing.T) {
	c := newCloud(t)
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.recordFile(), []byte(`{"pid": 1, "sta`), 0o600); err != nil {
		t.Fatal(err)
	}
	c.start(t, true)
}

// TestPortOfAnotherCloud: another project's cloud answers on the port, and is
// neither taken for this one's nor stopped.
func TestPortOfAnotherCloud(t *testing.T) {
	other, c := newCloud(t), newCloud(t)
	c.Port = other.Port
	theirs := other.start(t, true)
	_, err := c.Start(t.Context())
	var list diag.List
	if !errors.As(err, &list) || len(list) != 1 || list[0].Code != "SEA5001" || !strings.Contains(list[0].Message, "port "+strconv.Itoa(other.Port)) {
		t.Errorf("got %v", err)
	}
	if _, ok := c.Running(); ok || !theirs.Alive() {
		t.Errorf("running: %t; the other's alive: %t", ok, theirs.Alive())
	}
}

// TestBusyPortLeavesTheOldCloudAlone: a cloud that is to move to a port that is
// taken stays where it is, and answers.
func TestBusyPortLeavesTheOldCloudAlone(t *testing.T) {
	c := newCloud(t)
	before := c.start(t, true)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	moved := c
	moved.Port = taken.Addr().(*net.TCPAddr).Port
	_, err = moved.Start(t.Context())
	var d diag.Diagnostic
	if !errors.As(err, &d) || d.Code != "SEA5001" || !strings.Contains(d.Message, "port "+strconv.Itoa(moved.Port)) {
		t.Errorf("got %v", err)
	}
	if again := c.start(t, false); again != before {
		t.Errorf("process %v runs, want %v", again, before)
	}
}

func TestCloudThatEndsAtOnce(t *testing.T) {
	c := newCloud(t)
	c.Environ = append(c.Environ, "LAST_WORDS=one\ntwo")
	_, err := c.Start(t.Context())
	want := "SEA5010: the local cloud ended at once\n    one\n    two\n    next: see " + c.LogFile() + ", and run the command again"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestAwaitRecord: a cloud's process goes on only when it is written down.
func TestAwaitRecord(t *testing.T) {
	if err := AwaitRecord(strings.NewReader("\n")); err != nil {
		t.Error(err)
	}
	if err := AwaitRecord(strings.NewReader("")); err == nil {
		t.Error("it goes on although nobody knows of it")
	}
}

func TestCommand(t *testing.T) {
	c := Cloud{Dir: "/shop/.seastack/local/cloud", Port: 4566, Region: "eu-west-1", Program: "/bin/seastack", Environ: []string{"A=1"},
		Mounts: []s3.Mount{{Bucket: "shop", Prefix: "functions/", Dir: "/zips"}}}
	cmd := c.command()
	want := []string{"/bin/seastack", "--json", "localcloud", "--await-record", "--dir", c.Dir, "--port", "4566", "--region", "eu-west-1", "--mount", "shop/functions/=/zips"}
	if diff := cmp.Diff(want, cmd.Args); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !cmd.SysProcAttr.Setsid || cmd.Dir != c.Dir || !cmp.Equal(cmd.Env, c.Environ) {
		t.Errorf("%+v", cmd)
	}
}
