package progress

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"
)

const (
	frames   = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
	interval = 100 * time.Millisecond
)

// live keeps one line per running task at the foot of a terminal. Its owner
// holds the lock around every call; tick takes the time only.
type live struct {
	out    io.Writer
	width  func() int // of the terminal, in columns
	colour bool
	tasks  []*Task
	lines  int // lines of the view that are on the screen now
	frame  int
	done   chan struct{}
}

func newLive(out io.Writer, width func() int, colour bool) *live {
	return &live{out: out, width: width, colour: colour, done: make(chan struct{})}
}

func (l *live) add(t *Task) {
	l.tasks = append(l.tasks, t)
	if len(l.tasks) == 1 {
		go l.tick(t.r, l.done)
	}
	l.draw()
}

// tick redraws while tasks run, so that a person sees that something goes on.
func (l *live) tick(r *Reporter, done chan struct{}) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
			r.mu.Lock()
			if l.done == done {
				l.frame++
				l.draw()
			}
			r.mu.Unlock()
		}
	}
}

func (l *live) finish(t *Task, text string) {
	l.tasks = slices.DeleteFunc(l.tasks, func(o *Task) bool { return o == t })
	l.print(l.paint(text))
	if len(l.tasks) == 0 {
		l.stopTicking()
	}
}

func (l *live) stopTicking() {
	close(l.done)
	l.done = make(chan struct{})
}

// print writes a line that stays, above the view.
func (l *live) print(text string) {
	l.clear()
	fmt.Fprintln(l.out, text)
	l.draw()
}

func (l *live) clear() {
	if l.lines > 0 {
		fmt.Fprintf(l.out, "\x1b[%dA\x1b[J", l.lines)
		l.lines = 0
	}
}

func (l *live) draw() {
	var b strings.Builder
	if l.lines > 0 {
		fmt.Fprintf(&b, "\x1b[%dA\x1b[J", l.lines)
	}
	width := l.width() // again each time: windows change
	spinner := []rune(frames)
	for _, t := range l.tasks {
		took := t.r.now().Sub(t.started).Truncate(interval)
		text := fmt.Sprintf("%c %-12s %6s  %s", spinner[l.frame%len(spinner)], t.name, fmt.Sprintf("%.1fs", took.Seconds()), t.note)
		b.WriteString(clip(text, width) + "\n")
	}
	l.lines = len(l.tasks)
	_, _ = io.WriteString(l.out, b.String()) // a closed terminal has no reader
}

// terminalWidth returns the columns of a terminal; 80 where it does not tell.
func terminalWidth(f *os.File) int {
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil || w <= 0 {
		return 80
	}
	return w
}

// stop takes the view off the screen for good, whatever still runs.
func (l *live) stop() {
	l.clear()
	l.stopTicking()
}

func (l *live) paint(text string) string {
	if !l.colour {
		return text
	}
	text = strings.Replace(text, "✓", "\x1b[32m✓\x1b[0m", 1)
	return strings.Replace(text, "✗", "\x1b[31m✗\x1b[0m", 1)
}

// clip makes of a text one line that is narrower than the terminal, so that it
// never wraps.
func clip(s string, width int) string {
	r := []rune(strings.ReplaceAll(s, "\n", " "))
	return string(r[:min(len(r), max(0, width-1))])
}
