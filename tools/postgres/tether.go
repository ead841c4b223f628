package postgres

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
)

// tether is a helper process that ends the server when this process ends,
// whatever ends it: the helper waits for the end of a pipe that only this
// process holds.
type tether struct {
	hold   *os.File
	helper *os.Process
	ended  chan error // gets what the helper's end was
}

// tetherScript ends the server, if it still is the one that it was tied to,
// waits for that up to ten seconds, and removes what is left over. Its arguments
// are postmaster.pid, the process and the leftovers.
const tetherScript = `
read -r _
pidfile=$1 pid=$2
shift 2
if [ "$(head -n 1 "$pidfile" 2>/dev/null)" = "$pid" ]; then
	kill -INT "$pid" 2>/dev/null
	tries=0
	while [ -e "$pidfile" ] && [ "$tries" -lt 100 ] && kill -0 "$pid" 2>/dev/null; do
		tries=$((tries + 1))
		sleep 0.1
	done
fi
if [ "$#" -gt 0 ]; then
	rm -rf -- "$@"
fi
`

func tetherCommand(h home, pid int, leftovers []string) *exec.Cmd {
	args := append([]string{"-c", tetherScript, "tether", h.pidFile(), strconv.Itoa(pid)}, leftovers...)
	cmd := exec.Command("/bin/sh", args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

func newTether(h home, pid int, leftovers []string) (*tether, error) {
	waits, holds, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer waits.Close()
	cmd := tetherCommand(h, pid, leftovers)
	cmd.Stdin = waits
	if err := cmd.Start(); err != nil {
		holds.Close()
		return nil, err
	}
	t := &tether{hold: holds, helper: cmd.Process, ended: make(chan error, 1)}
	go t.wait(cmd)
	return t, nil
}

// wait also keeps the pipe from being collected as garbage, and with that
// closed, while nobody else remembers the server.
func (t *tether) wait(cmd *exec.Cmd) {
	t.ended <- cmd.Wait()
	runtime.KeepAlive(t)
}

// release lets the helper do its work and waits for it, which is quick when the
// server has ended.
func (t *tether) release() error {
	if t == nil {
		return nil
	}
	t.hold.Close()
	return <-t.ended
}

// cut ends the helper before it does anything.
func (t *tether) cut() {
	if t == nil {
		return
	}
	_ = t.helper.Kill()
	<-t.ended
	t.hold.Close()
}
