//go:build unix

package mirror

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/seastack/seastack/gen/diag"
)

// An interrupted build takes the compilers with it, leaves nothing, and the next
// run goes through.
func TestCancelEndsProcessGroup(t *testing.T) {
	s := newSandbox(t, "go")
	s.write("hold", "")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := Ensure(ctx, s.options(nil))
		done <- err
	}()
	child, err := strconv.Atoi(s.await("child"))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	err = <-done
	var d diag.Diagnostic
	if !errors.Is(err, context.Canceled) || !errors.As(err, &d) || d.Code != "SEA7011" {
		t.Errorf("got %v", err)
	}
	awaitGone(t, child)
	s.onlyMirrorLeft()
	if err := os.Remove(filepath.Join(s.dir, "hold")); err != nil {
		t.Fatal(err)
	}
	s.ensure()
}

// awaitGone waits until a process has ended. Nobody may be there to reap an
// orphan, so a zombie counts as gone.
func awaitGone(t *testing.T, pid int) {
	t.Helper()
	for range 300 {
		if syscall.Kill(pid, 0) != nil || zombie(pid) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %d still runs", pid)
}

func zombie(pid int) bool {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && len(b) > 0 && containsState(string(b), 'Z')
}

// containsState reports whether the state after the name in parentheses is s.
func containsState(stat string, s byte) bool {
	for i := len(stat) - 3; i >= 0; i-- {
		if stat[i] == ')' {
			return stat[i+2] == s
		}
	}
	return false
}

// Waiting for another process ends when the caller has enough of it.
func TestCancelEndsWaiting(t *testing.T) {
	s := newSandbox(t, "go")
	l := layout{base: filepath.Join(s.cache, "provider"), key: newRecipe("go1.26.0").key()}
	ctx, cancel := context.WithCancel(context.Background())
	err := withLock(context.Background(), l.lock(), func() {}, func() error {
		_, err := Ensure(ctx, s.options(func(line string) {
			if line == waitingForOther {
				cancel()
			}
		}))
		return err
	})
	if !errors.Is(err, context.Canceled) || s.calls("build") != 0 {
		t.Errorf("got %v after %d builds", err, s.calls("build"))
	}
}
