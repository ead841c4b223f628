package progress

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clock is a time that stands still until a test moves it.
type clock struct{ now time.Time }

func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

func (c *clock) read() time.Time { return c.now }

func plain() (*Reporter, *bytes.Buffer, *clock) {
	out, c := &bytes.Buffer{}, &clock{}
	r := New(out, func(string) string { return "" })
	r.now = c.read
	return r, out, c
}

func TestPlainLines(t *testing.T) {
	r, out, c := plain()
	build := r.Start("build local")
	build.Update("compiling")
	build.Update("compiling") // tells nothing new
	build.Update("built %s", "web/create")
	c.advance(2345 * time.Millisecond)
	build.Close(nil, "%d functions, %d built", 9, 1)
	r.Note("web: %s", "1 to change")
	web := r.Start("web")
	c.advance(42 * time.Millisecond)
	web.Close(errors.New("the caller prints it"), "unused")
	r.Stop()
	want := `  build local: compiling
  build local: built web/create
✓ build local  9 functions, 1 built (2.3s)
web: 1 to change
✗ web          failed (42ms)
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiscardShowsNothing(t *testing.T) {
	r := Discard()
	task := r.Start("build")
	task.Update("compiling")
	task.Done("9 functions")
	r.Note("a note")
	if r.live != nil || !r.quiet {
		t.Error("a discarded reporter shows something")
	}
}

// TestOnlyTerminalsAreLive: neither a pipe nor a file gets what only a terminal
// can show.
func TestOnlyTerminalsAreLive(t *testing.T) {
	_, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if r := New(pipe, func(string) string { return "" }); r.live != nil {
		t.Error("a pipe has a live view")
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		text, want string
		width      int
	}{
		{"planning", "planning", 9},
		{"planning", "plannin", 8}, // a full line would wrap on some terminals
		{"⠋ plän", "⠋ p", 4},
		{"planning", "", 1},
		{"", "", 0},
	} {
		if got := clip(c.text, c.width); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
	if strings.Contains(clip("a\nb", 80), "\n") {
		t.Error("a note of two lines breaks the view")
	}
}
