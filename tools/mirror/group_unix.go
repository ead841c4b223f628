//go:build unix

package mirror

import (
	"os/exec"
	"syscall"
)

// setGroup makes the command the leader of a process group, so that the
// compilers it starts end with it.
func setGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// interruptGroup lets the go command remove its temporary files.
func interruptGroup(pid int) error { return syscall.Kill(-pid, syscall.SIGINT) }

// killGroup ends what is left of the group. The group is gone when all went well.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
