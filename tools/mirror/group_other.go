//go:build !unix

package mirror

import (
	"os"
	"os/exec"
)

// Without process groups only the go command itself is ended: its compilers end
// when their output has nowhere to go.

func setGroup(*exec.Cmd) {}

func interruptGroup(pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return p.Kill()
}

func killGroup(int) {}
