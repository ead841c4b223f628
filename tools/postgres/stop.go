package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/seastack/seastack/tools/process"
)

// The server's signals: the first waits for no client, the second for nothing.
// https://www.postgresql.org/docs/current/server-shutdown.html
const (
	stopFast = syscall.SIGINT
	stopNow  = syscall.SIGQUIT
)

// stopGrace is how long each signal is given before the next.
const stopGrace = 10 * time.Second

// Stop ends the server of a folder; ran is false when none ran.
func Stop(ctx context.Context, dir string) (ran bool, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return false, err
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	unlock, err := lock(ctx, dir)
	if err != nil {
		return false, err
	}
	defer unlock()
	s, ok, err := current(dir)
	if !ok || err != nil {
		return false, err
	}
	return true, s.Stop(ctx)
}

// Remove stops the server of a folder and removes its files, wherever they are.
func Remove(ctx context.Context, dir string) error {
	if _, err := Stop(ctx, dir); err != nil {
		return err
	}
	var st state
	if ok, _ := process.Load(stateFile(dir), &st); ok && strings.HasPrefix(filepath.Base(string(st.Home)), "seastack-postgres-") {
		if err := os.RemoveAll(string(st.Home)); err != nil {
			return err
		}
	}
	return os.RemoveAll(dir)
}

// Stop ends the server: at first its clients are sent away and its files are
// written; if that takes too long it is killed, and its next start replays its
// log.
func (s *Server) Stop(ctx context.Context) error {
	for _, signal := range []syscall.Signal{stopFast, stopNow, syscall.SIGKILL} {
		if s.signal(ctx, signal) {
			return s.watchdog.Finish()
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return fmt.Errorf("PostgreSQL, process %d, does not end", s.PID())
}

// signal sends a signal and reports whether the server ends in time.
func (s *Server) signal(ctx context.Context, signal syscall.Signal) bool {
	if s.process.Alive() {
		_ = syscall.Kill(s.PID(), signal) // it may have ended since; then that is what we want
	}
	ctx, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	for s.process.Alive() {
		if !pause(ctx, 10*time.Millisecond) {
			return !s.process.Alive()
		}
	}
	return true
}

// serves reports whether a process is a server of those files: its command line
// names them.
func serves(pid int, data string) bool {
	args, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err == nil {
		return slices.Contains(strings.Split(string(args), "\x00"), data)
	}
	if _, procErr := os.Stat("/proc/self/cmdline"); procErr == nil {
		return false
	}
	out, err := argsCommand(pid).Output()
	return err == nil && strings.Contains(string(out), "-D "+data+" ")
}

// argsCommand returns a process's command line where there is no /proc.
func argsCommand(pid int) *exec.Cmd {
	return exec.Command("ps", "-ww", "-o", "args=", "-p", strconv.Itoa(pid))
}
