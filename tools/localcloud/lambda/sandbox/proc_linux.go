package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// startTime returns a process's start, in clock ticks since boot.
func startTime(pid int) (string, error) {
	fields, err := stat(pid)
	if err != nil {
		return "", err
	}
	return fields[19], nil
}

// stat returns what the system tells of a process after its name, which may hold
// anything: the parent is the second of these fields, the start the twentieth.
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
func stat(pid int) ([]string, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	_, after, ok := strings.Cut(string(raw[bytes.LastIndexByte(raw, ')')+1:]), " ")
	fields := strings.Fields(after)
	if !ok || len(fields) < 20 {
		return nil, errors.New("unknown form of /proc/<pid>/stat")
	}
	return fields, nil
}

// children returns the processes whose parent is pid.
func children(pid int) (all []int) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		child, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		if fields, err := stat(child); err == nil && fields[1] == strconv.Itoa(pid) {
			all = append(all, child)
		}
	}
	return all
}

// members returns the processes of a group whose environment has the entry mark.
func members(group int, mark string) (pids []int) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		if g, err := syscall.Getpgid(pid); err != nil || g != group {
			continue
		}
		env, err := os.ReadFile(filepath.Join(dir, "environ"))
		if err == nil && bytes.Contains(append([]byte{0}, env...), []byte("\x00"+mark+"\x00")) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// MaxMemoryMB returns the most memory that the process has used, in MiB, rounded
// up (VmHWM, the peak of its resident set); the last known value if it is gone.
func (s *Sandbox) MaxMemoryMB() int {
	if s.gone() {
		return int(s.peak.Load())
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	_, after, ok := bytes.Cut(raw, []byte("VmHWM:"))
	if err != nil || !ok {
		return int(s.peak.Load())
	}
	number, _, _ := bytes.Cut(bytes.TrimSpace(after), []byte(" "))
	kib, err := strconv.Atoi(string(number))
	if err != nil {
		return int(s.peak.Load())
	}
	mib := (kib + 1023) / 1024
	s.peak.Store(int64(mib))
	return mib
}

func (s *Sandbox) gone() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead
}
