package cold

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTrace reads what Go prints, and nothing else.
func TestTrace(t *testing.T) {
	got := readTrace([]string{
		"init internal/bytealg @0.008 ms, 0 ms clock, 0 bytes 0 allocs", // an older form
		"init internal/bytealg @0.008 ms, 0 ms clock, 0 bytes, 0 allocs",
		"init net/http @1.5 ms, 0.25 ms clock, 5032 bytes, 113 allocs",
		`{"message":"init x @1 ms, 1 ms clock, 1 bytes, 1 allocs"}`,
	})
	want := []Package{{Path: "internal/bytealg"}, {Path: "net/http", Time: 250 * time.Microsecond, Bytes: 5032, Allocs: 113}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMedians(t *testing.T) {
	trace := func(http time.Duration) []Package {
		return []Package{{Path: "fmt", Time: 3}, {Path: "net/http", Time: http, Bytes: 1}}
	}
	got := medians([][]Package{trace(9), trace(100), trace(2)})
	if diff := cmp.Diff([]Package{{Path: "net/http", Time: 9, Bytes: 1}, {Path: "fmt", Time: 3}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := Median(nil); got != 0 {
		t.Errorf("the median of none is %s", got)
	}
	if got := Median([]time.Duration{4, 1, 3, 2}); got != 2 {
		t.Errorf("the median is %d, want 2", got)
	}
}

// TestWithTrace: what a function sets of GODEBUG stays.
func TestWithTrace(t *testing.T) {
	for before, want := range map[string]string{"A=1": "A=1 GODEBUG=inittrace=1", "GODEBUG=netdns=go": "GODEBUG=netdns=go,inittrace=1"} {
		if got := strings.Join(withTrace([]string{before}), " "); got != want {
			t.Errorf("%s: %s, want %s", before, got, want)
		}
	}
}

// TestFailure: a program that ends before it asks for an event is an error that shows
// what it has written, without the traces.
func TestFailure(t *testing.T) {
	file := filepath.Join(t.TempDir(), "function.zip")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(f)
	header := &zip.FileHeader{Name: "bootstrap"}
	header.SetMode(0o755)
	w, err := archive.CreateHeader(header)
	if err == nil {
		_, err = w.Write([]byte("#!/bin/sh\necho 'init x @1 ms, 1 ms clock, 1 bytes, 1 allocs'\necho no database\nexit 3\n"))
	}
	if err = errors.Join(err, archive.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = Measure(t.Context(), Function{Zip: file, Timeout: time.Second}, 1)
	var failed *Error
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	want := &Error{Text: "it does not start: Runtime exited with error: exit status 3", Output: []string{"no database"}}
	if diff := cmp.Diff(want, failed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
