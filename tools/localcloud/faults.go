package localcloud

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/tools/localcloud/origin"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// Fault is a reason why the cloud cannot run, which its user can remove.
type Fault struct {
	Kind    FaultKind
	Message string // what is wrong
	Next    string // what to do about it
}

// Error returns the message and the next step.
func (f Fault) Error() string { return f.Message + "\n    next: " + f.Next }

// FaultKind tells faults apart.
type FaultKind string

// The kinds of faults.
const (
	PortTaken    FaultKind = "port-taken"    // another program listens on the port
	StateLocked  FaultKind = "state-locked"  // another process has the state open
	StateBroken  FaultKind = "state-broken"  // the state cannot be opened
	CannotListen FaultKind = "cannot-listen" // the address cannot be used, or must not
)

func pidFile(dir string) string { return filepath.Join(dir, "cloud.pid") }

// writePID notes who holds the state of dir. The lock on the state says
// whether anybody does; the note is for people and for `seastack down`.
func writePID(dir string) error {
	return renameio.WriteFile(pidFile(dir), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600, renameio.WithTempDir(dir))
}

// PID returns the process that noted itself in a cloud's folder, 0 where there is none.
// After a kill it names a process that is no more.
func PID(dir string) int {
	raw, err := os.ReadFile(pidFile(dir))
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(raw)))
	return pid
}

// stateError says why the state cannot be opened.
func stateError(dir string, err error) error {
	if !errors.Is(err, store.ErrLocked) {
		return Fault{
			Kind: StateBroken, Message: "the state of the local cloud cannot be opened: " + err.Error(),
			Next: "if the file is damaged, delete " + dir + " (all local resources) and run `seastack up`",
		}
	}
	holder := "another process"
	if pid := PID(dir); pid != 0 {
		holder = fmt.Sprintf("process %d", pid)
	}
	return Fault{
		Kind: StateLocked, Message: holder + " has the state of the local cloud in " + dir + " open",
		Next: "use the cloud that runs (`seastack status`), or end it with `seastack down`",
	}
}

// checkAddr refuses to listen where others than this machine could connect:
// whoever reaches the port may do anything in the account.
func checkAddr(addr string) error {
	if origin.Local(addr) {
		return nil
	}
	return listenError(addr, errors.New("it is no loopback address"))
}

// listenError says why the address cannot be had.
func listenError(addr string, err error) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return Fault{
			Kind: CannotListen, Message: "the local cloud cannot listen on " + addr + ": " + err.Error(),
			Next: "choose a loopback address and a port of 1024 or more",
		}
	}
	_, port, _ := net.SplitHostPort(addr)
	d := Fault{
		Kind: PortTaken, Message: "port " + port + " is taken by another process",
		Next: "end that process (`seastack down` in its project, or LocalStack) or choose another port with SEASTACK_PORT, and run the command again",
	}
	if n, err := strconv.ParseUint(port, 10, 16); err == nil {
		if o, ok := listenerOf("/proc", uint16(n)); ok {
			d.Message = fmt.Sprintf("port %s is taken by process %d (%s)", port, o.pid, o.command)
		}
	}
	return d
}
