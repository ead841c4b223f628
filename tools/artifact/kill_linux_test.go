package artifact

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// withCache returns the processes that have a Go build cache in their environment.
func withCache(t *testing.T, cache string) (programs []string) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		environ, err := os.ReadFile(path) // a process that has ended meanwhile has none
		if err != nil || !bytes.Contains(environ, []byte("GOCACHE="+cache+"\x00")) {
			continue
		}
		if program, err := os.Readlink(filepath.Join(filepath.Dir(path), "exe")); err == nil {
			programs = append(programs, filepath.Base(program))
		}
	}
	return programs
}

// await waits until the processes with a cache are as wanted.
func await(t *testing.T, limit time.Duration, cache, what string, wanted func([]string) bool) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for {
		programs := withCache(t, cache)
		if wanted(programs) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s; there is %v", what, programs)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func compiling(programs []string) bool {
	for _, p := range programs {
		if p == "compile" {
			return true
		}
	}
	return false
}

// endLimit is far less than the compilers would need to end by themselves.
const endLimit = 4 * time.Second

func none(programs []string) bool { return len(programs) == 0 }

// TestKilledBuilderLeavesNoCompiler: nothing goes on that the go command has
// started, whatever ends the builder. An empty cache gives it much to compile.
func TestKilledBuilderLeavesNoCompiler(t *testing.T) {
	cache := t.TempDir()
	child := childCommand(unpack(t, "shop.txtar"))
	child.Env = append(child.Env, "GOCACHE="+cache)
	child.Stdout = io.Discard
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, 30*time.Second, cache, "it compiles", compiling)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil {
		t.Error("the builder ended by itself")
	}
	await(t, endLimit, cache, "all have ended", none)
}

func TestCancelledBuildLeavesNoCompiler(t *testing.T) {
	cache := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	r := shopRequest(t)
	r.Env = append(r.Env, "GOCACHE="+cache)
	go func() {
		_, err := Build(ctx, r)
		done <- err
	}()
	await(t, 30*time.Second, cache, "it compiles", compiling)
	cancel()
	if err := <-done; err == nil {
		t.Error("the build ended by itself")
	}
	await(t, endLimit, cache, "all have ended", none)
}
