package main

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seastack/seastack/tools/debug/debugtest"
)

// freePort sets a variable to a port that nobody listens on: freeport NAME.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	ts.Check(l.Close())
}

// taken listens on a port until the script ends, and sets a variable to it: taken NAME.
func taken(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// breakpoint stops a function and lets it go on: breakpoint ADDRESS FILE TEXT EXPRESSION
// VALUE PATH ANSWER OTHER-PATH OTHER-ANSWER. The breakpoint is on the line with the text.
// While the function has stopped, for longer than its timeout, the other path answers.
func breakpoint(ts *testscript.TestScript, _ bool, args []string) {
	before, _, ok := strings.Cut(ts.ReadFile(args[1]), args[2])
	if !ok {
		ts.Fatalf("%s has no %s", args[1], args[2])
	}
	a := debugtest.Attach(ts.Fatalf, args[0], ts.MkAbs(args[1]), strings.Count(before, "\n")+1)
	ts.Check(ts.Exec("seastack", "status", "--api"))
	api := strings.TrimSpace(ts.ReadFile("stdout"))
	answer := make(chan string, 1)
	go func() { answer <- fetch(api + args[5]) }()
	thread := a.Stopped()
	if got := a.Value(thread, args[3]); got != args[4] {
		ts.Fatalf("%s is %s", args[3], got)
	}
	time.Sleep(stoppedFor)
	if got := fetch(api + args[7]); got != args[8] {
		ts.Fatalf("%s answers %s", args[7], got)
	}
	a.Continue(thread)
	if got := <-answer; got != args[6] {
		ts.Fatalf("%s answers %s", args[5], got)
	}
	a.Close()
}

// stoppedFor is longer than the timeout of the functions that scripts stop, 1 s.
const stoppedFor = 4 * time.Second

// fetch returns the status and the body of an answer.
func fetch(url string) string {
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Get(url)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.Status[:3] + " " + strings.TrimSpace(string(body))
}
