package test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/process"
)

// How long commands may take. The first up may have to build the AWS provider
// (docs/provider.md).
const (
	firstLimit   = 35 * time.Minute
	commandLimit = 10 * time.Minute
)

// localEnvironment is a copy of the working tree, the command that was built from
// it, and what that command runs, apart from everything that a developer may have
// up.
type localEnvironment struct {
	dir     string // of the copy
	command string // the command's executable
	port    int    // of the local cloud
	ats     *ats
	status  status // as of the last up
}

// status is the JSON of `seastack up` and `seastack status`.
type status struct {
	API       string
	Endpoint  string
	Database  string
	Stacks    []stackStatus
	Processes []processStatus
}

type stackStatus struct {
	Stack     string
	Functions []string
	Changes   *summary
}

type processStatus struct {
	Name string
	PID  int
}

// summary is what a plan does to a root, in the JSON of `up` and `plan`.
type summary struct {
	Stack                         string
	Add, Change, Destroy, Replace int
	Outputs                       bool
	Functions                     []functionChange
}

type functionChange struct {
	Function string
	Action   string
	Code     bool
}

func deployLocal(t *testing.T) *deployment {
	t.Helper()
	isolate()
	l := newLocal(t)
	l.ats = newATS(t)
	l.configure(t, "ATS_URL", l.ats.URL)
	l.up(t, firstLimit)
	d := newDeployment(t, l.dir, config.Local)
	d.local = l
	d.aws = must(local.AWSConfig(t.Context(), l.status.Endpoint, d.env.Region))(t)
	d.database = l.status.Database
	d.putSecret(t, "ats-token", atsToken)
	return d
}

// isolate takes from this process's environment, and so from its children's,
// what would lead them to an account or to a deployment that is not the test's.
func isolate() {
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		for _, prefix := range []string{"AWS_", "TF_", "PG", "SEASTACK_", "DATABASE_URL"} {
			if strings.HasPrefix(name, prefix) && name != "SEASTACK_CACHE_DIR" && name != "SEASTACK_PROVIDER" {
				_ = os.Unsetenv(name) // it is there, and its name is valid
			}
		}
	}
}

// newLocal copies the working tree, builds the command, and sees to it that
// nothing of it stays when the test ends, however it ends.
func newLocal(t *testing.T) *localEnvironment {
	t.Helper()
	dir := must(os.MkdirTemp("", "seastack-test-"))(t)
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // the watchdog does it again
	l := &localEnvironment{dir: filepath.Join(dir, "tree"), command: filepath.Join(dir, "seastack"), port: freePort(t)}
	copyTree(t, "../..", l.dir)
	run(t, l.dir, "git", "init", "--quiet")
	run(t, l.dir, "go", "build", "-o", l.command, "./tools/seastack")
	l.startWatchdog(t, dir)
	return l
}

// configure sets a variable of the functions that exchange candidates with the ATS.
func (l *localEnvironment) configure(t *testing.T, name, value string) {
	t.Helper()
	file := filepath.Join(l.dir, "seastack.hcl")
	block := fmt.Sprintf(`
environment "local" {
  stack "integrations" {
    env {
      %s = %q
    }
  }
}
`, name, value)
	write(t, file, append(must(os.ReadFile(file))(t), block...))
}

// run runs a command that must not fail.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out, stderr.Bytes())
	}
	return string(out)
}

// copyTree copies the files that git knows, or would take: not what was built.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	list := run(t, from, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for name := range strings.SplitSeq(strings.TrimRight(list, "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue // deleted, and the index does not know yet
		}
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(to, name), content)
	}
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// watchdogScript waits for the end of its input, which is the end of the test,
// and brings down what may still be up. Its arguments are the command, the copy
// and the folder to remove.
const watchdogScript = `read -r _; "$1" -C "$2" down --purge; rm -rf -- "$3"`

// startWatchdog starts a process in a session of its own that stops what the test
// runs, also after a test that was killed or that ran out of time.
func (l *localEnvironment) startWatchdog(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", watchdogScript, "watchdog", l.command, l.dir, dir)
	cmd.Env = l.environ()
	w := must(process.StartWatchdog(cmd))(t)
	t.Cleanup(func() {
		if err := w.Finish(); err != nil {
			t.Errorf("bringing down %s: %v", dir, err)
		}
	})
}

func (l *localEnvironment) environ() []string {
	return append(os.Environ(), "SEASTACK_PORT="+strconv.Itoa(l.port))
}

// seastack is the command on the copy, with JSON as its output. One that takes
// too long is asked to end, and killed when it does not.
func (l *localEnvironment) seastack(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, l.command, append([]string{"-C", l.dir, "--json"}, args...)...)
	cmd.Env = l.environ()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = time.Minute
	return cmd
}

// run runs the command, reads its JSON into out and returns its exit code.
func (l *localEnvironment) run(t *testing.T, limit time.Duration, out any, args ...string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := l.seastack(ctx, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	t.Logf("seastack %s: %.1f s, %s\n%s", strings.Join(args, " "), time.Since(start).Seconds(), cmd.ProcessState, stderr.Bytes())
	if decodeErr := json.Unmarshal(stdout.Bytes(), out); decodeErr != nil || cmd.ProcessState.ExitCode() > 1 {
		t.Fatalf("%s: %v\n%s", cmd, err, stdout.Bytes())
	}
	return cmd.ProcessState.ExitCode()
}

// do is run for a command that must find nothing.
func (l *localEnvironment) do(t *testing.T, limit time.Duration, out any, args ...string) {
	t.Helper()
	if code := l.run(t, limit, out, args...); code != 0 {
		t.Fatalf("seastack %s: exit code %d", strings.Join(args, " "), code)
	}
}

// up runs `seastack up` and returns what it did to each stack.
func (l *localEnvironment) up(t *testing.T, limit time.Duration) map[string]summary {
	t.Helper()
	var s status
	l.do(t, limit, &s, "up")
	l.status = s
	changes := map[string]summary{}
	for _, stack := range s.Stacks {
		if stack.Changes == nil {
			t.Fatalf("up does not say what it did to %s", stack.Stack)
		}
		changes[stack.Stack] = *stack.Changes
	}
	return changes
}

// pid returns the process of a name in the status.
func (s status) pid(t *testing.T, name string) int {
	t.Helper()
	for _, p := range s.Processes {
		if p.Name == name {
			return p.PID
		}
	}
	t.Fatalf("no process %s runs: %v", name, s.Processes)
	return 0
}

func (s summary) String() string {
	return fmt.Sprintf("%s: %d to add, %d to change, %d to replace, %d to destroy; functions %v", s.Stack, s.Add, s.Change, s.Replace, s.Destroy, s.Functions)
}

// nothing reports whether a plan changes neither a resource nor an output.
func (s summary) nothing() bool {
	return s.Add+s.Change+s.Replace+s.Destroy+len(s.Functions) == 0 && !s.Outputs
}
