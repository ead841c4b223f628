package sandbox

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// processAttributes puts the process in a group of its own, so that signals reach
// its children too, and lets the kernel kill it with this process.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// awaitExit blocks until pid is a zombie, and leaves it one. As long as it is
// one, its number is not reused.
func awaitExit(pid int) {
	for unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
		continue
	}
}
