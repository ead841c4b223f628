package process

import (
	"io"
	"os"
	"os/exec"
	"runtime"
)

// Watchdog is a helper process that cleans up after this process, however that
// ends: its standard input ends when this process does, because nobody else
// holds the other end of the pipe.
type Watchdog struct {
	pipe  *os.File
	cmd   *exec.Cmd
	ended chan error // receives how the helper ended
}

// StartWatchdog starts a command as a watchdog, in a session of its own, so
// that what is done to this process's group does not reach it. The command
// waits for the end of its standard input, and then cleans up.
func StartWatchdog(cmd *exec.Cmd) (*Watchdog, error) {
	input, pipe, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer input.Close()
	cmd.Dir, cmd.Stdin = "/", input
	SetSession(cmd)
	if err := cmd.Start(); err != nil {
		pipe.Close()
		return nil, err
	}
	w := &Watchdog{pipe: pipe, cmd: cmd, ended: make(chan error, 1)}
	go w.wait()
	return w, nil
}

// wait also keeps the pipe from being collected as garbage, and with that
// closed, while nobody else refers to the watchdog.
func (w *Watchdog) wait() {
	w.ended <- w.cmd.Wait()
	runtime.KeepAlive(w)
}

// Tell writes a line to the helper's standard input. A helper that was killed
// reads none, and can no longer help.
func (w *Watchdog) Tell(line string) { _, _ = io.WriteString(w.pipe, line+"\n") }

// Finish ends the helper's standard input, so that it cleans up, and waits
// until it has. It returns how the helper ended. A nil watchdog has nothing to
// do.
func (w *Watchdog) Finish() error {
	if w == nil {
		return nil
	}
	w.pipe.Close()
	return <-w.ended
}

// Cancel kills the helper before it does anything. A nil watchdog has nothing
// to do.
func (w *Watchdog) Cancel() {
	if w == nil {
		return
	}
	_ = w.cmd.Process.Kill()
	<-w.ended
	w.pipe.Close()
}
