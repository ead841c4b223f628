package mirror

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/seastack/seastack/tools/process"
)

// grace is how long an interrupted command may take to clean up.
const grace = 5 * time.Second

// runError says that a command failed; output is the end of what it printed.
type runError struct {
	output string
	err    error
}

func (e *runError) Error() string { return e.err.Error() + ": " + lastLines(e.output, 6) }
func (e *runError) Unwrap() error { return e.err }

// run runs a command in a process group of its own, passes each line of its
// standard error to onLine, and returns its standard output. When ctx ends, the
// whole group is interrupted, and killed after the grace.
func run(ctx context.Context, c command, onLine func(string)) ([]byte, error) {
	var stdout bytes.Buffer
	stderr := &lineWriter{onLine: onLine}
	cmd := exec.CommandContext(ctx, c.path, c.args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	cmd.Stdout, cmd.Stderr = &stdout, stderr
	cmd.WaitDelay = grace
	process.SetGroup(cmd)                                                         // with the compilers that the go command starts
	cmd.Cancel = func() error { return process.SignalGroup(cmd, syscall.SIGINT) } // it removes its temporary files
	err := cmd.Run()
	stderr.flush()
	if ctx.Err() != nil {
		if cmd.Process != nil {
			_ = process.SignalGroup(cmd, syscall.SIGKILL) // it is gone when all went well
		}
		return nil, ctx.Err()
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // it succeeded; something that it started holds its output
	}
	if err != nil {
		return stdout.Bytes(), &runError{output: stderr.tail() + stdoutTail(stdout.String()), err: err}
	}
	return stdout.Bytes(), nil
}

// stdoutTail is what a failed command's standard output adds to the cause: with
// -json, that is where the go command puts its errors.
func stdoutTail(s string) string {
	if !strings.Contains(s, `"Error"`) {
		return ""
	}
	return redact(lastLines(s, 20)) + "\n"
}

// lineWriter splits what is written into lines, hides secrets in them, and keeps
// the last ones.
type lineWriter struct {
	onLine func(string)
	rest   []byte
	last   []string
}

const keptLines = 40

var _ io.Writer = (*lineWriter)(nil)

func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 {
			return len(p), nil
		}
		w.line(string(w.rest[:i]))
		w.rest = w.rest[i+1:]
	}
}

func (w *lineWriter) line(s string) {
	s = redact(strings.TrimRight(s, "\r"))
	w.last = append(w.last, s)
	w.last = w.last[max(0, len(w.last)-keptLines):]
	w.onLine(s)
}

// flush takes what is left as a line.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.line(string(w.rest))
		w.rest = nil
	}
}

func (w *lineWriter) tail() string {
	if len(w.last) == 0 {
		return ""
	}
	return strings.Join(w.last, "\n") + "\n"
}
