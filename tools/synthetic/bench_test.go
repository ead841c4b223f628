package synthetic

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var sizes = flag.String("sizes", "10", "numbers of functions that BenchmarkScale measures, with commas: 10,100,1000")

// BenchmarkScale runs the built command on synthetic modules, and compares it
// with the go command on the same module in the same run. docs/benchmarks.md
// says how, and has figures.
func BenchmarkScale(b *testing.B) {
	command := filepath.Join(b.TempDir(), "seastack")
	run(b, "../..", "go", "build", "-o", command, "./tools/seastack")
	for text := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("functions=%d", n), func(b *testing.B) { benchmarkSize(b, command, n) })
	}
}

func benchmarkSize(b *testing.B, command string, functions int) {
	m := module{dir: b.TempDir(), command: command}
	o := Options{Stacks: max(1, functions/10), Functions: functions, Services: max(10, functions/5), Seed: 1, Repo: "../.."}
	if err := Write(m.dir, o); err != nil {
		b.Fatal(err)
	}
	m.seastack(b, "generate")
	m.git(b, "init", "-q")
	m.git(b, "add", "-A")
	m.git(b, "commit", "-qm", "First")
	m.seastack(b, "build") // compiles all packages, which is Go's own work
	b.Run("full", m.full)
	b.Run("noop", m.noop)
	b.Run("leaf", m.leaf)
	b.Run("affected", m.affected)
}

// module is a synthetic module, with a command to run on it.
type module struct{ dir, command string }

func (m module) seastack(b *testing.B, args ...string) {
	b.Helper()
	if args[0] != "generate" {
		args = append(args, "--env", "local")
	}
	run(b, m.dir, m.command, append(args, "--json")...)
}

func (m module) git(b *testing.B, args ...string) {
	b.Helper()
	run(b, m.dir, "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@localhost"}, args...)...)
}

// full measures a build with an empty store against `go build` of the same mains
// with the same flags: "go-x". Both link everything; Go's cache has the packages.
func (m module) full(b *testing.B) {
	out := b.TempDir()
	var ours, raw time.Duration
	for b.Loop() {
		if err := os.RemoveAll(filepath.Join(m.dir, ".seastack")); err != nil {
			b.Fatal(err)
		}
		m.seastack(b, "generate")
		ours += took(func() { m.seastack(b, "build") })
		raw += took(func() { m.rawBuild(b, out) })
	}
	b.ReportMetric(ours.Seconds()/raw.Seconds(), "go-x")
}

// rawBuild links all mains with the go command alone, some at a time: binaries of
// one name cannot lie in one folder, nor all of them on one disk.
func (m module) rawBuild(b *testing.B, out string) {
	b.Helper()
	stacks, err := filepath.Glob(filepath.Join(m.dir, "stacks", "*"))
	if err != nil {
		b.Fatal(err)
	}
	for _, stack := range stacks {
		rel, err := filepath.Rel(m.dir, stack)
		if err != nil {
			b.Fatal(err)
		}
		run(b, m.dir, "go", "build", "-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w -buildid=",
			"-o", out+string(filepath.Separator), "./"+filepath.ToSlash(rel)+"/lambda/...")
	}
}

// noop measures generate and build when nothing has changed against one listing
// of all packages: "list-x".
func (m module) noop(b *testing.B) {
	m.settle(b)
	var ours, list time.Duration
	for b.Loop() {
		ours += took(func() { m.seastack(b, "generate"); m.seastack(b, "build") })
		list += took(func() { run(b, m.dir, "go", "list", "-deps", "-json", "./...") })
	}
	b.ReportMetric(ours.Seconds()/list.Seconds(), "list-x")
}

// settle generates and builds until nothing is left to remember.
func (m module) settle(b *testing.B) {
	m.seastack(b, "generate")
	m.seastack(b, "generate")
	m.seastack(b, "build")
	time.Sleep(2500 * time.Millisecond) // a state of just now is not trusted
	m.seastack(b, "build")
}

// leaf measures generate and build after an edit of one handler against `go
// build` of its main: "more-s" is by how many seconds it takes longer.
func (m module) leaf(b *testing.B) {
	m.settle(b)
	out := b.TempDir()
	file := filepath.Join(m.dir, "stacks", "stack0", "handle1.go")
	source, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	var more time.Duration
	edit := func(n int) {
		text := strings.Replace(string(source), "h.count(", fmt.Sprintf("%d+h.count(", n), 1)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	n := 1
	for b.Loop() {
		edit(n)
		more += took(func() { m.seastack(b, "generate"); m.seastack(b, "build") })
		edit(n + 1)
		more -= took(func() {
			run(b, m.dir, "go", "build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", out, "./stacks/stack0/lambda/handlers0-handle1")
		})
		n += 2
	}
	b.ReportMetric(more.Seconds()/float64(b.N), "more-s")
	if err := os.WriteFile(file, source, 0o644); err != nil {
		b.Fatal(err)
	}
}

// affected measures a comparison with HEAD when both sides are known, and "cold-x",
// how long it takes against one listing when the base is not.
func (m module) affected(b *testing.B) {
	m.settle(b)
	cache := filepath.Join(m.dir, ".seastack", "cache", "change")
	if err := os.RemoveAll(cache); err != nil {
		b.Fatal(err)
	}
	cold := took(func() { m.seastack(b, "affected", "--base", "HEAD") })
	list := took(func() { run(b, m.dir, "go", "list", "-deps", "-json", "./...") })
	for b.Loop() {
		m.seastack(b, "affected", "--base", "HEAD")
	}
	b.ReportMetric(cold.Seconds()/list.Seconds(), "cold-x")
}

func took(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func run(b *testing.B, dir, name string, args ...string) {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "GOFLAGS=") }), "GOFLAGS=", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", cmd, err, out)
	}
}
