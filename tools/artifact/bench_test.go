//go:build linux || darwin

package artifact

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/artifact/store"
)

// The benchmarks build a copy of this repository's own functions, so that edits
// meanwhile do not count:
//
//	go test ./tools/artifact -run '^$' -bench . -benchtime 5x
//
// BenchmarkNoOp is a build of an unchanged tree. BenchmarkFullBuild links
// everything with warm compiler caches into an empty store, and reports as
// "own-%" the share of the processors' time that the go command did not take.
// Both keep all processors busy, so that it is the share of the wall time, too,
// whatever else the machine does. BenchmarkPack is the zip of one binary.

// thisModule is a copy of this module with a function for each entrypoint.
func thisModule(b *testing.B) Request {
	b.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		b.Fatal(err)
	}
	mains, err := filepath.Glob(filepath.Join(root, "stacks/*/lambda/*/main.go"))
	if err != nil || len(mains) == 0 {
		b.Fatalf("no entrypoints: %v", err)
	}
	r := Request{Root: root, Env: environment(), Target: Lambda("x86_64")}
	for _, path := range mains {
		dir := filepath.Dir(path)
		stack := filepath.Base(filepath.Dir(filepath.Dir(dir)))
		r.Functions = append(r.Functions, Function{Stack: stack, Name: filepath.Base(dir), Dir: inputs.DirFrom(root, dir)})
	}
	return copied(b, r)
}

func copied(b *testing.B, r Request) Request {
	b.Helper()
	r, err := r.normal()
	if err != nil {
		b.Fatal(err)
	}
	v, err := inputs.Take(b.Context(), r.survey(), store.Store{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	if r.Root, err = copyModule(b.Context(), r, v, b.TempDir()); err != nil {
		b.Fatal(err)
	}
	r.Store = b.TempDir()
	return r
}

func BenchmarkNoOp(b *testing.B) {
	r := thisModule(b)
	mustBuild(b, r)
	b.ResetTimer()
	for b.Loop() {
		if got := built(mustBuild(b, r)); got != nil {
			b.Fatalf("built %v", got)
		}
	}
}

func BenchmarkFullBuild(b *testing.B) {
	r := thisModule(b)
	mustBuild(b, r)
	ours, children := spent(b, syscall.RUSAGE_SELF), spent(b, syscall.RUSAGE_CHILDREN)
	for b.Loop() {
		r.Store = b.TempDir()
		mustBuild(b, r)
	}
	ours, children = spent(b, syscall.RUSAGE_SELF)-ours, spent(b, syscall.RUSAGE_CHILDREN)-children
	b.ReportMetric(100*ours.Seconds()/(ours+children).Seconds(), "own-%")
}

// spent is the time of processors that this process, or its children, took.
func spent(b *testing.B, who int) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(who, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func BenchmarkPack(b *testing.B) {
	data, err := os.ReadFile(os.Args[0])
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	var size int
	for b.Loop() {
		zip, err := zipBinary(data)
		if err != nil {
			b.Fatal(err)
		}
		size = len(zip)
	}
	b.ReportMetric(float64(size)/float64(len(data)), "ratio")
}
