package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Ledger records the running processes in one file each, so that the next start
// finds those that outlived a killed local cloud.
type Ledger struct{ Dir string }

type entry struct {
	PID   int
	Start string // as the system reports it: distinguishes a process from a later one with the same number
	Mark  string // an environment variable that only this sandbox's processes have
}

// Add records s. mark is an entry of its environment that no other process has.
func (l Ledger) Add(s *Sandbox, mark string) error {
	start, err := startTime(s.PID())
	if err != nil {
		return err
	}
	raw, err := json.Marshal(entry{s.PID(), start, mark})
	if err != nil {
		return err
	}
	path := l.path(s.PID())
	if err := os.WriteFile(path+".tmp", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// Remove removes s, which has ended.
func (l Ledger) Remove(s *Sandbox) { _ = os.Remove(l.path(s.PID())) }

func (l Ledger) path(pid int) string { return filepath.Join(l.Dir, strconv.Itoa(pid)+".json") }

// Clean kills the processes of an earlier run and removes them. It kills no
// process whose identity it cannot prove.
func (l Ledger) Clean() error {
	if err := os.MkdirAll(l.Dir, 0o700); err != nil {
		return err
	}
	files, err := os.ReadDir(l.Dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files {
		path := filepath.Join(l.Dir, f.Name())
		if strings.HasSuffix(path, ".json") {
			errs = append(errs, clean(path))
		}
		errs = append(errs, os.Remove(path))
	}
	return errors.Join(errs...)
}

func clean(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var e entry
	if json.Unmarshal(raw, &e) != nil || e.PID <= 1 {
		return nil // incomplete after a crash: it proves nothing
	}
	if now, err := startTime(e.PID); err == nil && now == e.Start {
		return killGroup(e.PID)
	}
	for _, pid := range members(e.PID, e.Mark) { // its leader is gone, children may not be
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stopping process %d of a former run: %w", pid, err)
		}
	}
	return nil
}

func killGroup(pid int) error {
	err := syscall.Kill(-pid, syscall.SIGKILL)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stopping process group %d of a former run: %w", pid, err)
	}
	return nil
}
