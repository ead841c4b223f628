package gocmd

import (
	"os/exec"
	"strconv"
	"syscall"

	"github.com/seastack/seastack/tools/process"
)

// watchdogScript reads the number of a process group, and then a line that says
// that it has ended. Where its input ends instead, it kills the group.
const watchdogScript = `read -r group && { read -r _ || kill -s KILL -- "-$group"; }`

func watchdogCommand() *exec.Cmd { return exec.Command("/bin/sh", "-c", watchdogScript) }

// runWatched runs a command that ends, with all that it has started, when its
// context does or this process does. The kernel could do as much for the
// command alone, on Linux alone, and not for its compilers.
func runWatched(cmd *exec.Cmd) error {
	process.SetGroup(cmd)
	cmd.Cancel = func() error { return process.SignalGroup(cmd, syscall.SIGKILL) }
	w, err := process.StartWatchdog(watchdogCommand())
	if err != nil {
		return err
	}
	defer func() {
		w.Tell("done")
		_ = w.Finish() // the helper has nothing left to do
	}()
	if err := cmd.Start(); err != nil {
		return err
	}
	w.Tell(strconv.Itoa(cmd.Process.Pid))
	return cmd.Wait()
}
