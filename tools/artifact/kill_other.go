//go:build !unix

package artifact

import (
	"os"
	"os/exec"
)

// killTree leaves it at the command itself, which is all that the system offers.
func killTree(*exec.Cmd) {}

// tether does nothing: a command goes on to its end when this process is killed.
type tether struct{}

func newTether() (*tether, error) { return &tether{}, nil }

func (*tether) tie(*os.Process) {}

func (*tether) release() {}
