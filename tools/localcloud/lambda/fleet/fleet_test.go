package fleet

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
)

// The test's own executable is the function, too.
const runtimeVariable = "FLEET_TEST_RUNTIME"

func TestMain(m *testing.M) {
	if os.Getenv(runtimeVariable) == "" {
		os.Exit(m.Run())
	}
	api := "http://" + os.Getenv(sandbox.RuntimeAPIVariable) + "/2018-06-01/runtime/invocation/"
	for {
		resp, err := http.Get(api + "next")
		if err != nil {
			os.Exit(1)
		}
		event, _ := io.ReadAll(resp.Body)
		if d, err := time.ParseDuration(string(event)); err == nil {
			time.Sleep(d)
		}
		answer := api + resp.Header.Get("Lambda-Runtime-Aws-Request-Id") + "/response"
		if _, err := http.Post(answer, "", strings.NewReader(os.Getenv(streamVariable))); err != nil {
			os.Exit(1)
		}
		if string(event) == "never again" {
			select {}
		}
	}
}

type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) Write(_ time.Time, message string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, message)
}

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type world struct {
	*Fleet
	t     *testing.T
	clock *clock
}

func newWorld(t *testing.T, most int) *world {
	t.Helper()
	c := &clock{now: time.Now()}
	f, err := New(Options{
		Dir: t.TempDir(), Max: most, IdleAfter: time.Minute, InitTimeout: 20 * time.Second, Freeze: true,
		Now: c.Now, Fail: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return &world{f, t, c}
}

func (w *world) revision(key string) *Revision {
	dir := w.t.TempDir()
	script := "#!/bin/sh\nexec '" + os.Args[0] + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "bootstrap"), []byte(script), 0o755); err != nil {
		w.t.Fatal(err)
	}
	return &Revision{
		Key: key, Version: "$LATEST", MemoryMB: 128, Timeout: 20 * time.Second,
		Code: func() (string, error) { return dir, nil },
		Environment: func(stream, _ string) ([]string, time.Time, error) {
			return []string{runtimeVariable + "=1", streamVariable + "=" + stream}, w.clock.Now().Add(time.Hour), nil
		},
		Lines: func(string) LineWriter { return &lines{} },
	}
}

// run returns the log stream of the instance that answered.
func (w *world) run(rev *Revision, event string) string {
	w.t.Helper()
	res, err := w.Run(context.Background(), rev, sandbox.Request{ID: "1", Payload: []byte(event), Timeout: rev.Timeout})
	if err != nil || res.Status != sandbox.Answered {
		w.t.Fatalf("%v %+v %s", err, res, res.Payload)
	}
	return string(res.Payload)
}

func await(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !f(); {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 seconds: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func TestInstanceIsReplacedBeforeItsCredentialsExpire(t *testing.T) {
	w := newWorld(t, 4)
	rev := w.revision("f:1:a")
	first := w.run(rev, "")
	w.clock.move(30 * time.Second)
	if again := w.run(rev, ""); again != first {
		t.Error("a good instance was not used again")
	}
	w.clock.move(time.Hour - 45*time.Second) // less than the timeout is left
	if later := w.run(rev, ""); later == first {
		t.Error("an instance was used whose credentials may expire meanwhile")
	}
}

func TestIdleInstancesAreReaped(t *testing.T) {
	w := newWorld(t, 4)
	w.run(w.revision("f:1:a"), "")
	await(t, "it is idle", func() bool { w.reapIdle(); return w.idle() == 1 })
	w.clock.move(2 * time.Minute)
	w.reapIdle()
	await(t, "it is gone", func() bool { return w.Instances() == 0 })
}

func (w *world) idle() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sets {
		n += len(s.idle)
	}
	return n
}

func TestFullFleetStopsAnIdleInstanceOfAnother(t *testing.T) {
	w := newWorld(t, 1)
	a, b := w.revision("a:1:x"), w.revision("b:1:x")
	first := w.run(a, "")
	w.run(b, "")
	if w.run(a, "") == first {
		t.Error("the first instance should have made room")
	}
}

func TestFullFleetLetsCallersWait(t *testing.T) {
	w := newWorld(t, 1)
	rev := w.revision("f:1:a")
	first := w.run(rev, "")
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if got := w.run(rev, "20ms"); got != first {
				t.Errorf("another instance answered: %s", got)
			}
		})
	}
	wg.Wait()
	await(t, "it is idle", func() bool { return w.idle() == 1 })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	busy := make(chan struct{})
	go func() {
		defer close(busy)
		w.run(rev, "300ms")
	}()
	await(t, "it is busy", func() bool { return w.idle() == 0 })
	if _, err := w.Run(ctx, w.revision("g:1:a"), sandbox.Request{Timeout: time.Second}); !errors.Is(err, ErrBusy) {
		t.Errorf("a caller that waits no longer got %v", err)
	}
	<-busy
}

func TestRetiredInstancesFinishAndGo(t *testing.T) {
	w := newWorld(t, 4)
	rev := w.revision("f:1:a")
	other := w.run(w.revision("g:1:a"), "")
	first := w.run(rev, "")
	await(t, "both are idle", func() bool { return w.idle() == 2 })
	done := make(chan string)
	go func() { done <- w.run(rev, "300ms") }()
	await(t, "it is busy", func() bool { return w.idle() == 1 })
	w.Retire("f:")
	if got := <-done; got != first {
		t.Errorf("%s answered", got)
	}
	await(t, "only the other function's is left", func() bool { return w.Instances() == 1 })
	if w.run(rev, "") == first || w.run(w.revision("g:1:a"), "") != other {
		t.Error("the wrong instance was retired")
	}
}

func TestRuntimeThatNeverAsksAgainIsStopped(t *testing.T) {
	w := newWorld(t, 4)
	rev := w.revision("f:1:a")
	rev.Timeout = time.Second
	first := w.run(rev, "never again")
	if w.run(rev, "") == first {
		t.Error("a runtime that did not ask for more got an invocation")
	}
	await(t, "it is stopped", func() bool { return w.Instances() == 1 })
}

func TestCloseEndsWhatRuns(t *testing.T) {
	w := newWorld(t, 4)
	rev := w.revision("f:1:a")
	w.run(rev, "")
	await(t, "it is idle", func() bool { return w.idle() == 1 })
	ended := make(chan error)
	go func() {
		_, err := w.Run(context.Background(), rev, sandbox.Request{ID: "1", Payload: []byte("1h"), Timeout: time.Hour})
		ended <- err
	}()
	await(t, "it is busy", func() bool { return w.idle() == 0 })
	w.Close()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("the invocation gave %v", err)
	}
	if _, err := w.Run(context.Background(), rev, sandbox.Request{}); !errors.Is(err, ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}

func TestReportLine(t *testing.T) {
	res := Result{Status: sandbox.TimedOut, Duration: 3 * time.Second, Init: 1500 * time.Microsecond, MaxMemoryMB: 30}
	got := reportLine("id", 256, res)
	want := "REPORT RequestId: id\tDuration: 3000.00 ms\tBilled Duration: 3002 ms\tMemory Size: 256 MB\tMax Memory Used: 30 MB\t" +
		"Init Duration: 1.50 ms\tStatus: timeout\t"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
