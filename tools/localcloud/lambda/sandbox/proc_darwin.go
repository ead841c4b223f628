package sandbox

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// startTime returns a process's start, in seconds and microseconds.
func startTime(pid int) (string, error) {
	p, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return "", err
	}
	if int(p.Proc.P_pid) != pid {
		return "", unix.ESRCH
	}
	t := p.Proc.P_starttime
	return fmt.Sprintf("%d.%06d", t.Sec, t.Usec), nil
}

// members returns none: without its leader, a group cannot be identified.
func members(int, string) []int { return nil }

// MaxMemoryMB returns 0: macOS reports a running process's peak only to C.
func (s *Sandbox) MaxMemoryMB() int { return int(s.peak.Load()) }

// children returns none: the system does not tell without its own libraries. A
// debugger ends its process when it is asked to end.
func children(int) []int { return nil }
