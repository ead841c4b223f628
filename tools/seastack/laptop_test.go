package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// TestLock: the second command says that it waits, and goes on when the first has
// ended, also when that has removed everything.
func TestLock(t *testing.T) {
	l := laptop{project: project.Project{Root: t.TempDir(), Config: config.Config{Folders: config.Folders{Terraform: "terraform"}}}}
	unlock, err := l.lock(t.Context(), progress.Discard())
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var notes bytes.Buffer
	if _, err := l.lock(short, progress.New(&notes, func(string) string { return "" })); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("two have the lock: %v", err)
	}
	if !strings.Contains(notes.String(), "waiting for it to end") {
		t.Errorf("it says %q", notes.String())
	}

	second := make(chan error, 1)
	go func() {
		unlock, err := l.lock(t.Context(), progress.Discard())
		if err == nil {
			defer unlock()
		}
		second <- err
	}()
	if err := l.purge(t.Context()); err != nil {
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

func TestLocalPort(t *testing.T) {
	for _, c := range []struct {
		setting string
		running int
		last    int
		want    int
	}{
		{"", 0, 0, defaultPort},
		{"", 4711, 4712, 4711}, // where it runs
		{"", 0, 4712, 4712},    // where it was
		{"4999", 4711, 4712, 4999},
		{"4999", 0, 0, 4999},
	} {
		if got, err := localPort(c.setting, c.running, c.last); got != c.want || err != nil {
			t.Errorf("%+v: got %d, %v", c, got, err)
		}
	}
	for _, wrong := range []string{"http", "0", "-1", "65536", "4566 "} {
		if _, err := localPort(wrong, 0, 0); err == nil || !strings.HasPrefix(err.Error(), "SEA3012: ") {
			t.Errorf("%q: got %v", wrong, err)
		}
	}
}

func TestRootsInTheirOrder(t *testing.T) {
	stacks := []string{"jobs", "web"}
	for _, c := range []struct {
		wanted []string
		want   [][]string
	}{
		{nil, [][]string{{"platform"}, {"jobs", "web"}}},
		{[]string{"web", "platform"}, [][]string{{"platform"}, {"web"}}},
		{[]string{"platform"}, [][]string{{"platform"}}},
		{[]string{"web"}, [][]string{{"web"}}},
	} {
		names, err := selectRoots(stacks, c.wanted)
		if diff := cmp.Diff(c.want, groups(names)); diff != "" || err != nil {
			t.Errorf("%v: %v (-want +got):\n%s", c.wanted, err, diff)
		}
	}
	if _, err := selectRoots(stacks, []string{"etl"}); err == nil || !strings.Contains(err.Error(), "stacks: platform, jobs, web") {
		t.Errorf("got %v", err)
	}
}

// TestReadReport reads both of Lambda's log formats, and takes the last report.
func TestReadReport(t *testing.T) {
	text := "START RequestId: 1 Version: 1\nREPORT RequestId: 1\tDuration: 9 ms\t\n" +
		"REPORT RequestId: 1\tDuration: 1.25 ms\tBilled Duration: 52 ms\tMemory Size: 256 MB\tMax Memory Used: 31 MB\tInit Duration: 50.10 ms\t\n"
	json := `{"type":"platform.report","record":{"metrics":{"durationMs":1.25,"billedDurationMs":52,"memorySizeMB":256,"maxMemoryUsedMB":31,"initDurationMs":50.1}}}`
	for _, log := range []string{text, json} {
		i := invocation{Log: log}
		i.readReport()
		want := invocation{Log: log, Duration: 1.25, Billed: 52, Memory: 31, Init: 50.1}
		if diff := cmp.Diff(want, i); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
