package process

import (
	"os/exec"
	"syscall"
)

// SetGroup makes the command the leader of a process group, so that SignalGroup
// reaches all that it starts.
func SetGroup(cmd *exec.Cmd) { attributes(cmd).Setpgid = true }

// SetSession makes the command the leader of a session of its own, and so of a
// process group: it outlives this process, and a Ctrl-C at the terminal does
// not reach it.
func SetSession(cmd *exec.Cmd) { attributes(cmd).Setsid = true }

func attributes(cmd *exec.Cmd) *syscall.SysProcAttr {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	return cmd.SysProcAttr
}

// SignalGroup sends a signal to the process group of a command that has
// started, after SetGroup or SetSession. The error is syscall.ESRCH when all of
// the group has ended.
func SignalGroup(cmd *exec.Cmd, signal syscall.Signal) error {
	return syscall.Kill(-cmd.Process.Pid, signal)
}
