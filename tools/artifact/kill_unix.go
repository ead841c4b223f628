//go:build unix

package artifact

import (
	"os/exec"
	"syscall"
)

// killTree has a command's compilers and linkers end with it.
func killTree(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
