package local

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// TestLock: the second command says that it waits, and goes on when the first has
// ended, also when that has removed everything.
func TestLock(t *testing.T) {
	e := Environment{project: project.Project{Root: t.TempDir(), Config: config.Config{Folders: config.Folders{Terraform: "terraform"}}}}
	unlock, err := e.Lock(t.Context(), progress.Discard())
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var notes bytes.Buffer
	if _, err := e.Lock(short, progress.New(&notes, func(string) string { return "" })); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("two have the lock: %v", err)
	}
	if !strings.Contains(notes.String(), "waiting for it to end") {
		t.Errorf("it says %q", notes.String())
	}

	second := make(chan error, 1)
	go func() {
		unlock, err := e.Lock(t.Context(), progress.Discard())
		if err == nil {
			defer unlock()
		}
		second <- err
	}()
	if err := e.purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-second:
		t.Fatalf("a purge gives the lock away: %v", err)
	case <-time.After(200 * time.Millisecond): // twice the time between its looks
	}
	unlock()
	if err := <-second; err != nil {
		t.Error(err)
	}
}

func TestChoosePort(t *testing.T) {
	for _, c := range []struct {
		setting string
		running int
		last    int
		want    int
	}{
		{"", 0, 0, DefaultPort},
		{"", 4711, 4712, 4711}, // where it runs
		{"", 0, 4712, 4712},    // where it was
		{"4999", 4711, 4712, 4999},
		{"4999", 0, 0, 4999},
	} {
		if got, err := choosePort(c.setting, c.running, c.last); got != c.want || err != nil {
			t.Errorf("%+v: got %d, %v", c, got, err)
		}
	}
	for _, wrong := range []string{"http", "0", "-1", "65536", "4566 "} {
		if _, err := choosePort(wrong, 0, 0); err == nil || !strings.HasPrefix(err.Error(), "SEA3012: ") {
			t.Errorf("%q: got %v", wrong, err)
		}
	}
}
