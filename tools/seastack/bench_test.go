package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The benchmarks run the built command on a copy of this repository, as a user
// does: the figure is a process's wall time. docs/benchmarks.md says how.

// copyOfThisModule copies what git knows of this repository, builds the command
// from it and returns the folder.
func copyOfThisModule(b *testing.B) (dir, command string) {
	b.Helper()
	dir = filepath.Join(b.TempDir(), "tree")
	files := strings.Fields(output(b, "../..", "git", "ls-files", "--cached", "--others", "--exclude-standard"))
	for _, name := range files {
		content, err := os.ReadFile(filepath.Join("../..", name))
		if os.IsNotExist(err) {
			continue // deleted, and the index does not know yet
		}
		if err != nil {
			b.Fatal(err)
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(to, content, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	command = filepath.Join(b.TempDir(), "seastack")
	output(b, dir, "go", "build", "-o", command, "./tools/seastack")
	return dir, command
}

func output(b *testing.B, dir, name string, args ...string) string {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("%s: %v\n%s%s", cmd, err, out, stderr.String())
	}
	return string(out)
}

// BenchmarkNoOp is generate and build when nothing has changed.
func BenchmarkNoOp(b *testing.B) {
	dir, command := copyOfThisModule(b)
	both := func() {
		output(b, dir, command, "generate", "--json")
		output(b, dir, command, "build", "--env", "local", "--json")
	}
	both()
	for b.Loop() {
		both()
	}
}

// BenchmarkFull is generate and build with no cache of ours, and Go's warm: all
// entrypoints are linked anew.
func BenchmarkFull(b *testing.B) {
	dir, command := copyOfThisModule(b)
	output(b, dir, command, "build", "--env", "local", "--json")
	for b.Loop() {
		if err := os.RemoveAll(filepath.Join(dir, ".seastack")); err != nil {
			b.Fatal(err)
		}
		output(b, dir, command, "generate", "--json")
		output(b, dir, command, "build", "--env", "local", "--json")
	}
}

// BenchmarkUpNoOp is `up` when all is up and nothing has changed. "plans-x" is
// how many times as long as plain plans of all roots, one after the other, it takes.
func BenchmarkUpNoOp(b *testing.B) {
	dir, command := copyOfThisModule(b)
	b.Setenv("SEASTACK_PORT", "14566")
	defer output(b, dir, command, "down", "--purge")
	output(b, dir, command, "up", "--json")
	plain := plainPlans(b, dir)
	start := time.Now()
	for b.Loop() {
		output(b, dir, command, "up", "--json")
	}
	b.ReportMetric(time.Since(start).Seconds()/float64(b.N)/plain.Seconds(), "plans-x")
}

// BenchmarkUpEdit is `up` after an edit in one service, which changes the functions
// that reach it. Ten seconds of it are the provider's, which waits five after it has
// sent the code and five after it has published a version.
func BenchmarkUpEdit(b *testing.B) {
	dir, command := copyOfThisModule(b)
	b.Setenv("SEASTACK_PORT", "14567")
	defer output(b, dir, command, "down", "--purge")
	output(b, dir, command, "up", "--json")
	service := filepath.Join(dir, "core", "services", "interviews", "service.go")
	source, err := os.ReadFile(service)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		n++
		edited := strings.Replace(string(source), "There is no interview", fmt.Sprintf("There is no interview (%d)", n), 1)
		if edited == string(source) {
			b.Fatal("the service does not have the text that is edited")
		}
		if err := os.WriteFile(service, []byte(edited), 0o644); err != nil {
			b.Fatal(err)
		}
		output(b, dir, command, "up", "--json")
	}
}

// plainPlans returns how long terraform itself takes to find no changes.
func plainPlans(b *testing.B, dir string) time.Duration {
	b.Helper()
	roots, err := filepath.Glob(filepath.Join(dir, "terraform/envs/local/*/main.gen.tf"))
	if err != nil || len(roots) == 0 {
		b.Fatalf("no roots: %v", err)
	}
	start := time.Now()
	for _, root := range roots {
		cmd := exec.Command("terraform", "plan", "-detailed-exitcode", "-input=false")
		cmd.Dir = filepath.Dir(root)
		cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL=http://127.0.0.1:14566")
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%s: %v\n%s", cmd, err, out)
		}
	}
	return time.Since(start)
}
