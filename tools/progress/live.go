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
	out    *os.File
	colour bool
	tasks  []*Task
	lines  int // lines of the view that are on the screen now
	frame  int
	done   chan struct{}
}

func newLive(out *os.File, colour bool) *live {
	return &live{out: out, colour: colour, done: make(chan struct{})}
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
		close(l.done)
		l.done = make(chan struct{})
	}
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
	width := l.width()
	spinner := []rune(frames)
	for _, t := range l.tasks {
		text := fmt.Sprintf("%c %-12s %s  %s", spinner[l.frame%len(spinner)], t.name, t.note, round(t.r.now().Sub(t.started)))
		b.WriteString(clip(text, width) + "\n")
	}
	l.lines = len(l.tasks)
	_, _ = io.WriteString(l.out, b.String()) // a closed terminal has no reader
}

func (l *live) width() int {
	w, _, err := term.GetSize(int(l.out.Fd()))
	if err != nil || w < 20 {
		return 80
	}
	return w
}

func (l *live) stop() { l.clear() }

func (l *live) paint(text string) string {
	if !l.colour {
		return text
	}
	text = strings.Replace(text, "✓", "\x1b[32m✓\x1b[0m", 1)
	return strings.Replace(text, "✗", "\x1b[31m✗\x1b[0m", 1)
}

// clip cuts a line to the terminal's width, so that it never wraps.
func clip(s string, width int) string {
	r := []rune(s)
	if len(r) < width {
		return s
	}
	return string(r[:width-1])
}
