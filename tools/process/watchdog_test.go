package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// helper returns a watchdog's command, which writes what it was told to a file.
func helper(file string) *exec.Cmd {
	return exec.Command("/bin/sh", "-c", `read -r line; cat; echo "$line" > "$1"`, "watchdog", file)
}

func TestWatchdogCleansUpAtTheEnd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "told")
	w, err := StartWatchdog(helper(file))
	if err != nil {
		t.Fatal(err)
	}
	w.Tell("42")
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("it has cleaned up too early: %v", err)
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "42\n" {
		t.Errorf("it has written %q, %v", got, err)
	}
}

func TestCancelledWatchdogDoesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "told")
	w, err := StartWatchdog(helper(file))
	if err != nil {
		t.Fatal(err)
	}
	w.Cancel()
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("it has cleaned up: %v", err)
	}
	var none *Watchdog
	none.Cancel()
	if err := none.Finish(); err != nil {
		t.Error(err)
	}
}

// TestSignalGroup: a signal to the group ends what the command has started.
func TestSignalGroup(t *testing.T) {
	for name, set := range map[string]func(*exec.Cmd){"group": SetGroup, "session": SetSession} {
		cmd := exec.Command("/bin/sh", "-c", "sleep 60 & echo up; wait")
		out, err := cmd.StdoutPipe() // which the sleep holds, too
		if err != nil {
			t.Fatal(err)
		}
		set(cmd)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 3)); err != nil { // now it has started the sleep
			t.Fatal(err)
		}
		if err := SignalGroup(cmd, syscall.SIGKILL); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		closed := make(chan struct{})
		go func() { _, _ = out.Read(make([]byte, 1)); close(closed) }()
		select {
		case <-closed:
		case <-time.After(5 * time.Second):
			t.Errorf("%s: what the command has started goes on", name)
		}
		_ = cmd.Wait() // it was killed
	}
}
