// Package process is what the tools know of processes. It remembers a process
// by more than its id, which the system reuses, so that only a process that is
// proven to be ours is ever signalled; it sets up process groups and sessions;
// and it starts watchdogs, which clean up after this process.
package process

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/google/renameio/v2"
)

// Process is a running process and when it began.
type Process struct {
	PID     int    `json:"pid"`
	Started string `json:"started"` // in the system's own form; equal for the same process only
}

// Of returns the process of that id, or an error where there is none.
func Of(pid int) (Process, error) {
	started, err := startTime(pid)
	return Process{PID: pid, Started: started}, err
}

// Alive reports whether the very same process still runs.
func (p Process) Alive() bool {
	started, err := startTime(p.PID)
	return err == nil && started == p.Started
}

// Stop asks the process to end, and ends it by force after the grace. One that
// does not run is no error.
func (p Process) Stop(ctx context.Context, grace time.Duration) error {
	if !p.Alive() {
		return nil
	}
	if err := syscall.Kill(p.PID, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	if p.wait(ctx, grace) {
		return nil
	}
	if err := syscall.Kill(p.PID, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	if !p.wait(ctx, grace) {
		return fmt.Errorf("process %d does not end", p.PID)
	}
	return nil
}

func (p Process) wait(ctx context.Context, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for p.Alive() {
		select {
		case <-ctx.Done():
			return !p.Alive()
		case <-tick.C:
		}
	}
	return true
}

// Save writes v, which describes a process, to a file for a later command. It
// replaces the file atomically.
func Save(file string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return renameio.WriteFile(file, append(raw, '\n'), 0o600, renameio.WithTempDir(filepath.Dir(file)))
}

// Load reads what Save wrote; ok is false where there is no such file.
func Load(file string, v any) (ok bool, err error) {
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, json.Unmarshal(raw, v)
}
