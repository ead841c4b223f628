package artifact

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// The benchmarks build this repository's own functions:
//
//	go test ./tools/artifact -run '^$' -bench . -benchtime 5x
//
// BenchmarkFullBuild links everything with warm compiler caches into an empty
// store, and reports as "overhead-%" the share of its time that is not spent in
// the go command. BenchmarkNoOp is a build of an unchanged tree. BenchmarkPack is
// the zip of one binary.

// thisModule is this module with a function for each of its entrypoints. The
// store is the benchmark's own.
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
	r := Request{Root: root, Env: environment(), Store: b.TempDir(), Target: Lambda("x86_64")}
	for _, path := range mains {
		dir := filepath.Dir(path)
		stack := filepath.Base(filepath.Dir(filepath.Dir(dir)))
		r.Functions = append(r.Functions, Function{Stack: stack, Name: filepath.Base(dir), Dir: dirFrom(root, dir)})
	}
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
	var ours, goes time.Duration
	for b.Loop() {
		r.Store = filepath.Join(b.TempDir(), strconv.Itoa(b.N))
		began := time.Now()
		mustBuild(b, r)
		ours += time.Since(began)
		b.StopTimer()
		goes += plainGo(b, r)
		b.StartTimer()
	}
	b.ReportMetric(100*float64(ours-goes)/float64(ours), "overhead-%")
}

// plainGo is the time that the go command takes for the same list and builds.
func plainGo(b *testing.B, r Request) time.Duration {
	b.Helper()
	r, err := r.normal()
	if err != nil {
		b.Fatal(err)
	}
	v, err := takeSurvey(context.Background(), r, store{dir: r.Store})
	if err != nil {
		b.Fatal(err)
	}
	commands := []command{v.toolchain.listCommand(r.Functions)}
	for i, group := range groups(r.Functions, indexes(r), v.closure) {
		out := filepath.Join(b.TempDir(), strconv.Itoa(i))
		if err := os.Mkdir(out, 0o755); err != nil {
			b.Fatal(err)
		}
		var functions []Function
		for _, index := range group {
			functions = append(functions, r.Functions[index])
		}
		commands = append(commands, v.toolchain.buildCommand(functions, out, r.Jobs))
	}
	began := time.Now()
	for _, c := range commands {
		cmd := exec.Command(c.path, c.args...)
		cmd.Dir, cmd.Env = c.dir, c.env
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
	return time.Since(began)
}

func indexes(r Request) []int {
	all := make([]int, len(r.Functions))
	for i := range all {
		all[i] = i
	}
	return all
}

func BenchmarkPack(b *testing.B) {
	data, err := os.ReadFile(os.Args[0])
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	var size int
	for b.Loop() {
		zip, err := pack(data)
		if err != nil {
			b.Fatal(err)
		}
		size = len(zip)
	}
	b.ReportMetric(float64(size)/float64(len(data)), "ratio")
}
