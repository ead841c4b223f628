//go:build unix

package artifact

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// killTree has a command's compilers and linkers end with it.
func killTree(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// tether is a helper process that kills a command and all that it has started
// when this process ends before the command does, whatever ends it: the helper
// waits for the end of a pipe that only this process holds. The kernel could do
// as much for the command alone, on Linux alone, and not for its compilers.
type tether struct {
	hold   *os.File
	helper *exec.Cmd
}

// tetherScript reads the number of a process group, and then a line that says
// that it has ended. Where the pipe ends instead, it kills the group.
const tetherScript = `read -r group && { read -r _ || kill -s KILL -- "-$group"; }`

// newTether starts the helper, in a session of its own: what is done to this
// process's group is not to reach it.
func newTether() (*tether, error) {
	waits, holds, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer waits.Close()
	helper := exec.Command("/bin/sh", "-c", tetherScript)
	helper.Dir, helper.Stdin = "/", waits
	helper.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := helper.Start(); err != nil {
		holds.Close()
		return nil, err
	}
	return &tether{holds, helper}, nil
}

// tie ties the group of a process, which has its number, to this process.
func (t *tether) tie(p *os.Process) {
	_, _ = t.hold.WriteString(strconv.Itoa(p.Pid) + "\n") // a helper that was killed can no longer help
}

// release ends the helper, after the end of the command or without one.
func (t *tether) release() {
	_, _ = t.hold.WriteString("done\n")
	t.hold.Close()
	_ = t.helper.Wait()
}
