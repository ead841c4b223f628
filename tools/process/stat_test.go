package process

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestParseStatSkipsTheName(t *testing.T) {
	got, err := parseStat("7 (a) b) S 12 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20")
	if want := (stat{state: "S", parent: 12, started: "4242"}); err != nil || got != want {
		t.Fatalf("parseStat = %+v, %v; want %+v", got, err, want)
	}
	if _, err := parseStat("7 (a"); err == nil {
		t.Fatal("half a line is read")
	}
}

// TestZombieHasEnded: a process that nobody has waited for does not run.
func TestZombieHasEnded(t *testing.T) {
	cmd := exec.Command("true")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := Process{PID: cmd.Process.Pid}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, err := startTime(p.PID); err != nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a zombie counts as running")
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestParent(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		if _, err := Parent(os.Getpid()); err == nil {
			t.Error("a parent is known without /proc")
		}
		return
	}
	if got, err := Parent(os.Getpid()); err != nil || got != os.Getppid() {
		t.Errorf("Parent = %d, %v; want %d", got, err, os.Getppid())
	}
}
