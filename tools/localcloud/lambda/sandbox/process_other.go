//go:build !linux

package sandbox

import "syscall"

// processAttributes puts the process in a group of its own, so that signals reach
// its children too. Only Linux can tie its life to this process's; here the
// Ledger cleans up at the next start.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

func awaitExit(int) {}
