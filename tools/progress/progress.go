// Package progress shows people, on stderr, how long work gets on: live on a
// terminal, as plain lines in a pipe. It renders what it is told; it computes
// nothing.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// Reporter shows tasks. Its methods may be called from several goroutines.
type Reporter struct {
	mu    sync.Mutex
	out   io.Writer
	live  *live // nil where out is no terminal
	now   func() time.Time
	quiet bool
}

// New returns a reporter that writes to out, live where out is a terminal and
// the environment does not say otherwise (TERM=dumb, CI).
func New(out io.Writer, getenv func(string) string) *Reporter {
	r := &Reporter{out: out, now: time.Now}
	f, ok := out.(*os.File)
	if ok && term.IsTerminal(int(f.Fd())) && getenv("TERM") != "dumb" && getenv("CI") == "" {
		r.live = newLive(f, func() int { return terminalWidth(f) }, getenv("NO_COLOR") == "")
	}
	return r
}

// Discard returns a reporter that shows nothing.
func Discard() *Reporter { return &Reporter{out: io.Discard, now: time.Now, quiet: true} }

// Task is one piece of work that is shown from its start to its end.
type Task struct {
	r       *Reporter
	name    string
	started time.Time
	note    string
	last    string
}

// Start shows that work on name begins.
func (r *Reporter) Start(name string) *Task {
	t := &Task{r: r, name: name, started: r.now()}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live != nil {
		r.live.add(t)
	}
	return t
}

// Update shows what the task does now; in a pipe it is a line of its own.
func (t *Task) Update(format string, args ...any) {
	t.r.mu.Lock()
	defer t.r.mu.Unlock()
	t.note = fmt.Sprintf(format, args...)
	if t.r.live != nil {
		t.r.live.draw()
		return
	}
	if t.note != t.last {
		t.last = t.note
		t.r.line("  %s: %s", t.name, t.note)
	}
}

// Done shows that the task has ended well, and what came of it.
func (t *Task) Done(format string, args ...any) { t.end("✓", fmt.Sprintf(format, args...)) }

// Fail shows that the task has failed; the error itself is the caller's to print.
func (t *Task) Fail() { t.end("✗", "failed") }

// Close ends the task by err: Done with the result, or Fail.
func (t *Task) Close(err error, format string, args ...any) {
	if err != nil {
		t.Fail()
		return
	}
	t.Done(format, args...)
}

func (t *Task) end(mark, result string) {
	t.r.mu.Lock()
	defer t.r.mu.Unlock()
	text := fmt.Sprintf("%s %-12s %s (%s)", mark, t.name, result, round(t.r.now().Sub(t.started)))
	if t.r.live != nil {
		t.r.live.finish(t, text)
		return
	}
	t.r.line("%s", text)
}

// Note shows one line that belongs to no task.
func (r *Reporter) Note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live != nil {
		r.live.print(fmt.Sprintf(format, args...))
		return
	}
	r.line(format, args...)
}

// Stop ends the live view and leaves the lines as they are.
func (r *Reporter) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live != nil {
		r.live.stop()
		r.live = nil
	}
}

func (r *Reporter) line(format string, args ...any) {
	if !r.quiet {
		fmt.Fprintf(r.out, format+"\n", args...)
	}
}

func round(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Millisecond)
}
