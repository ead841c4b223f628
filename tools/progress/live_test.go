package progress

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// screen is a terminal as far as the live view uses one: lines that wrap at its
// width, a cursor that goes up, and the erasing of all below it.
type screen struct {
	width int
	lines []string
	row   int
	raw   strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.raw.Write(p)
	for text := string(p); text != ""; {
		if rest, ok := strings.CutPrefix(text, "\x1b["); ok {
			text = s.control(rest)
			continue
		}
		r := []rune(text)[0]
		text = text[len(string(r)):]
		s.put(r)
	}
	return len(p), nil
}

func (s *screen) control(text string) (rest string) {
	end := strings.IndexAny(text, "AJm")
	n, _ := strconv.Atoi(text[:end])
	switch text[end] {
	case 'A':
		s.row -= n
	case 'J':
		s.lines = s.lines[:s.row]
	}
	return text[end+1:]
}

func (s *screen) put(r rune) {
	for len(s.lines) <= s.row {
		s.lines = append(s.lines, "")
	}
	if r == '\n' {
		s.row++
		return
	}
	if len([]rune(s.lines[s.row])) == s.width {
		s.row++
		s.lines = append(s.lines, "")
	}
	s.lines[s.row] += string(r)
}

func (s *screen) text() string { return strings.Join(s.lines, "\n") }

// onScreen returns a reporter on a terminal whose spinner only a test turns: no
// tick comes while the lock is held, and a test's clock decides what it shows.
func onScreen(width int, colour bool) (*Reporter, *screen, *clock) {
	s, c := &screen{width: width}, &clock{}
	r := &Reporter{out: s, now: c.read}
	r.live = newLive(s, func() int { return s.width }, colour)
	return r, s, c
}

// see returns what is on the screen, with the spinner standing still.
func see(r *Reporter, s *screen) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live != nil {
		r.live.frame = 0
		r.live.draw()
	}
	return s.text()
}

func want(t *testing.T, r *Reporter, s *screen, lines ...string) {
	t.Helper()
	if diff := cmp.Diff(strings.Join(lines, "\n"), see(r, s)); diff != "" {
		t.Errorf("on the screen (-want +got):\n%s", diff)
	}
}

func TestLiveView(t *testing.T) {
	r, s, c := onScreen(80, false)
	web := r.Start("web")
	jobs := r.Start("jobs")
	web.Update("planning")
	c.advance(1500 * time.Millisecond)
	want(t, r, s,
		"⠋ web            1.5s  planning",
		"⠋ jobs           1.5s  ")
	r.Note("another command works here")
	jobs.Done("%d added", 14)
	want(t, r, s,
		"another command works here",
		"✓ jobs         14 added (1.5s)",
		"⠋ web            1.5s  planning")
	web.Fail()
	want(t, r, s,
		"another command works here",
		"✓ jobs         14 added (1.5s)",
		"✗ web          failed (1.5s)")
	again := r.Start("web") // after a time without tasks
	want(t, r, s,
		"another command works here",
		"✓ jobs         14 added (1.5s)",
		"✗ web          failed (1.5s)",
		"⠋ web            0.0s  ")
	again.Done("no changes")
	r.Stop()
	if strings.Contains(s.raw.String(), "\x1b[3") {
		t.Error("colours although they are off")
	}
}

// TestNarrowWindows: no line of the view may wrap, for it would then not be erased.
func TestNarrowWindows(t *testing.T) {
	for _, width := range []int{60, 20, 10, 2} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			r, s, _ := onScreen(width, false)
			task := r.Start("web")
			for i := range 3 {
				task.Update("%d/56 module.stack.aws_lambda_event_source_mapping.transcripts_summarise", i)
			}
			if lines := strings.Split(see(r, s), "\n"); len(lines) != 1 || len([]rune(lines[0])) >= width {
				t.Errorf("%d columns show %q", width, lines)
			}
			r.Stop()
			if s.text() != "" {
				t.Errorf("left on the screen: %q", s.text())
			}
		})
	}
}

// TestStopEndsTheView: what is printed after Stop stays as it is, whatever still
// runs and tells of itself.
func TestStopEndsTheView(t *testing.T) {
	r, s, _ := onScreen(80, false)
	task := r.Start("web")
	done := r.live.done
	r.Stop()
	select {
	case <-done:
	default:
		t.Error("the spinner still turns")
	}
	fmt.Fprintln(s, "STACK   CHANGES")
	task.Done("no changes")
	r.Stop()
	want(t, r, s, "STACK   CHANGES", "✓ web          no changes (0s)")
}

func TestSpinnerTurnsByItself(t *testing.T) {
	r, s, _ := onScreen(80, false)
	r.Start("web")
	deadline := time.Now().Add(10 * time.Second)
	for turned := false; !turned; {
		r.mu.Lock()
		turned = r.live.frame > 1
		r.mu.Unlock()
		if time.Now().After(deadline) {
			t.Fatalf("nothing turned: %q", s.text())
		}
		time.Sleep(interval / 4) // between two looks
	}
	r.Stop()
}

func TestColour(t *testing.T) {
	r, s, _ := onScreen(80, true)
	r.Start("web").Done("1 added")
	r.Start("jobs").Fail()
	r.Stop()
	for _, part := range []string{"\x1b[32m✓\x1b[0m web", "\x1b[31m✗\x1b[0m jobs"} {
		if !strings.Contains(s.raw.String(), part) {
			t.Errorf("%q is not in %q", part, s.raw.String())
		}
	}
}
