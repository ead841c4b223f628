package postgres

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
)

// watchdog is a helper process that stops the server when this process ends,
// however it ends: the helper waits for the end of a pipe that only this process
// holds.
type watchdog struct {
	pipe   *os.File // the end that this process holds
	helper *os.Process
	ended  chan error // receives how the helper ended
}

// watchdogScript stops the server, if it still is the one that it was started for,
// waits for that up to ten seconds, and removes what is left over. Its arguments
// are postmaster.pid, the process and the leftovers.
const watchdogScript = `
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

func watchdogCommand(h home, pid int, leftovers []string) *exec.Cmd {
	args := append([]string{"-c", watchdogScript, "watchdog", h.pidFile(), strconv.Itoa(pid)}, leftovers...)
	cmd := exec.Command("/bin/sh", args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

func startWatchdog(h home, pid int, leftovers []string) (*watchdog, error) {
	waits, holds, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer waits.Close()
	cmd := watchdogCommand(h, pid, leftovers)
	cmd.Stdin = waits
	if err := cmd.Start(); err != nil {
		holds.Close()
		return nil, err
	}
	w := &watchdog{pipe: holds, helper: cmd.Process, ended: make(chan error, 1)}
	go w.wait(cmd)
	return w, nil
}

// wait also keeps the pipe from being collected as garbage, and with that
// closed, while nobody else remembers the server.
func (w *watchdog) wait(cmd *exec.Cmd) {
	w.ended <- cmd.Wait()
	runtime.KeepAlive(w)
}

// finish lets the helper do its work and waits for it, which is quick when the
// server has ended.
func (w *watchdog) finish() error {
	if w == nil {
		return nil
	}
	w.pipe.Close()
	return <-w.ended
}

// cancel kills the helper before it does anything.
func (w *watchdog) cancel() {
	if w == nil {
		return
	}
	_ = w.helper.Kill()
	<-w.ended
	w.pipe.Close()
}
