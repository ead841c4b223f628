// Package cold measures cold starts: how large a function's zip and program are, how
// long the program takes to be ready for its first event and to answer that, and in
// which packages it initialises itself. It starts the real program behind a real
// Runtime API on this machine. What Lambda does before that, such as fetching the zip,
// is no part of the figures.
package cold

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/lambda/codestore"
	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
)

// Function is what to start.
type Function struct {
	Zip string   // the file
	Env []string // of the process, as in os.Environ
	// Event is the first event. Where there is none, it is {} with a deadline in the
	// past, which package core/function answers without calling the handler.
	Event   []byte
	Timeout time.Duration // of the first invocation
}

// Starts is what the starts of a function came to.
type Starts struct {
	Package  int64           // bytes of the zip
	Binary   int64           // bytes of the program
	Init     []time.Duration // from the start of the process until it asks for an event
	Answer   []time.Duration // from the first event until its answer
	Packages []Package       // the slowest first
}

// Package is the initialisation of a Go package.
type Package struct {
	Path   string
	Time   time.Duration // the median of the traced starts
	Bytes  int64         // that it allocates
	Allocs int64
}

// traced is how many more starts tell of packages: tracing takes time itself.
// https://pkg.go.dev/runtime#hdr-Environment_Variables
const traced = 3

// initLimit is how long a program may take to ask for its first event, as on Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const initLimit = 10 * time.Second

// Measure starts a function n times, one after the other, and some more to trace its
// packages.
func Measure(ctx context.Context, f Function, n int) (s Starts, err error) {
	dir, err := os.MkdirTemp("", "seastack-cold-")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, removeAll(dir)) }()
	code, err := s.unpack(f.Zip, dir)
	if err != nil {
		return s, err
	}
	spawner := sandbox.NewSpawner()
	defer spawner.Close()
	for range n {
		if _, err := s.start(ctx, spawner, f, code, f.Env); err != nil {
			return s, err
		}
	}
	var traces [][]Package
	for range min(n, traced) {
		lines, err := (&Starts{}).start(ctx, spawner, f, code, withTrace(f.Env))
		if err != nil {
			return s, err
		}
		traces = append(traces, readTrace(lines))
	}
	s.Packages = medians(traces)
	return s, nil
}

// unpack unpacks a zip below a folder, and returns where.
func (s *Starts) unpack(zip, dir string) (string, error) {
	raw, err := os.ReadFile(zip)
	if err != nil {
		return "", err
	}
	store, err := codestore.Open(filepath.Join(dir, "code"))
	if err != nil {
		return "", err
	}
	put, err := store.Put(raw)
	if err != nil {
		return "", err
	}
	code, err := store.Unpack(put.Digest)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(filepath.Join(code, "bootstrap"))
	if err != nil {
		return "", err
	}
	s.Package, s.Binary = put.Size, info.Size()
	return code, nil
}

// removeAll removes a folder and what is read-only in it.
func removeAll(dir string) error {
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return nil // RemoveAll tells
	})
	return os.RemoveAll(dir)
}

// start starts the program once, and returns the lines that it has written.
func (s *Starts) start(ctx context.Context, spawner *sandbox.Spawner, f Function, code string, env []string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var out output
	box, err := sandbox.Start(sandbox.Spec{Bootstrap: filepath.Join(code, "bootstrap"), Dir: code, Env: env, Line: out.add}, spawner)
	if err != nil {
		return nil, err
	}
	defer box.Kill()
	stop := context.AfterFunc(ctx, box.Kill)
	defer stop()
	ready, ok := box.Ready(initLimit)
	if !ok {
		return nil, failure("it does not start", ready, out.lines())
	}
	answer := box.Invoke(f.request())
	if answer.Status != sandbox.Answered && (answer.Status != sandbox.Failed || f.Event != nil) {
		return nil, failure("it does not answer", answer, out.lines())
	}
	s.Init, s.Answer = append(s.Init, ready.Duration), append(s.Answer, answer.Duration)
	return out.lines(), nil
}

func (f Function) request() sandbox.Request {
	r := sandbox.Request{ID: uuid.NewString(), Payload: f.Event, Timeout: f.Timeout}
	if f.Event == nil {
		r.Payload, r.Deadline = []byte("{}"), time.Now().Add(-time.Hour)
	}
	return r
}

// shown is how many lines of a program's output an error shows.
const shown = 10

func failure(what string, o sandbox.Outcome, lines []string) error {
	why := o.Exit
	switch o.Status {
	case sandbox.TimedOut:
		why = fmt.Sprintf("it has taken %s", o.Duration.Round(time.Millisecond))
	case sandbox.Failed:
		var told struct{ ErrorMessage string }
		_ = json.Unmarshal(o.Payload, &told) // else there is no message
		why = told.ErrorMessage
	}
	lines = slices.DeleteFunc(lines, func(l string) bool { return traceLine.MatchString(l) })
	return &Error{Text: what + ": " + why, Output: lines[max(0, len(lines)-shown):]}
}

// Error is that of a function that does not start, or does not answer.
type Error struct {
	Text   string
	Output []string // the last lines that it has written
}

func (e *Error) Error() string {
	return strings.Join(append([]string{e.Text}, e.Output...), "\n")
}

// output collects lines. It is safe for concurrent use.
type output struct {
	mu  sync.Mutex
	all []string
}

func (o *output) add(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(o.all, line)
}

func (o *output) lines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.all)
}

// Median returns the middle of some durations; of an even number the lower one.
func Median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[(len(sorted)-1)/2]
}
