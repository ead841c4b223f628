//go:build linux

package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEndStrays runs a shell under a provider's name, once as what a killed
// terraform leaves and once below a process that is called terraform.
func TestEndStrays(t *testing.T) {
	envs := t.TempDir()
	root := filepath.Join(envs, "web")
	provider := filepath.Join(root, ".terraform", "providers", "provider")
	program := filepath.Join(t.TempDir(), "terraform")
	copyShell(t, provider)
	copyShell(t, program)

	const wait = "echo up; read -r line" // waits for the end of its input, which the test holds
	stray := start(t, root, provider, wait)
	if got := strays(envs); !cmp.Equal(got, []int{stray.Process.Pid}) {
		t.Fatalf("strays %v, want %d", got, stray.Process.Pid)
	}
	if got := strays(t.TempDir()); got != nil {
		t.Errorf("strays %v in another folder", got)
	}
	child := start(t, root, program, ".terraform/providers/provider -c '"+wait+"'; true")
	if err := EndStrays(t.Context(), envs); err != nil {
		t.Fatal(err)
	}
	if err := stray.Wait(); err == nil || stray.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Errorf("the stray ended by %v", stray.ProcessState)
	}
	if err := child.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("terraform was ended: %v", err)
	}
}

func TestEndStraysWhereNothingIs(t *testing.T) {
	if err := EndStrays(t.Context(), filepath.Join(t.TempDir(), "envs")); err != nil {
		t.Error(err)
	}
}

func copyShell(t *testing.T, file string) {
	t.Helper()
	shell, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, shell, 0o755); err != nil {
		t.Fatal(err)
	}
}

// start runs a script that says when it is up and waits until its input ends, which
// it does with the test.
func start(t *testing.T, dir, program, script string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(program, "-c", script)
	if filepath.Dir(program) == filepath.Join(dir, ".terraform", "providers") {
		cmd.Args[0] = filepath.Join(".terraform", "providers", filepath.Base(program))
	}
	cmd.Dir = dir
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	if _, err := out.Read(make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	return cmd
}
