package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-dap"
	"github.com/rogpeppe/go-internal/testscript"
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

// adapter is a client of a debugger's DAP.
// https://microsoft.github.io/debug-adapter-protocol/specification
type adapter struct {
	ts     *testscript.TestScript
	conn   net.Conn
	reader *bufio.Reader
	last   int // number of the last request
}

// attach attaches to a debugger, and sets a breakpoint.
func attach(ts *testscript.TestScript, address, file string, line int) *adapter {
	conn, err := net.Dial("tcp", address)
	ts.Check(err)
	ts.Defer(func() { conn.Close() })
	ts.Check(conn.SetDeadline(time.Now().Add(2 * time.Minute)))
	a := &adapter{ts: ts, conn: conn, reader: bufio.NewReader(conn)}
	a.send(&dap.InitializeRequest{Request: a.request("initialize"), Arguments: dap.InitializeRequestArguments{AdapterID: "go", PathFormat: "path", LinesStartAt1: true}})
	await[*dap.InitializeResponse](a)
	a.send(&dap.AttachRequest{Request: a.request("attach"), Arguments: json.RawMessage(`{"mode": "remote"}`)})
	await[*dap.InitializedEvent](a)
	a.send(&dap.SetBreakpointsRequest{Request: a.request("setBreakpoints"), Arguments: dap.SetBreakpointsArguments{
		Source: dap.Source{Path: file}, Breakpoints: []dap.SourceBreakpoint{{Line: line}},
	}})
	if set := await[*dap.SetBreakpointsResponse](a).Body.Breakpoints; len(set) != 1 || !set[0].Verified {
		ts.Fatalf("breakpoints: %+v", set)
	}
	a.send(&dap.ConfigurationDoneRequest{Request: a.request("configurationDone")})
	await[*dap.ConfigurationDoneResponse](a)
	return a
}

func (a *adapter) request(command string) dap.Request {
	a.last++
	return dap.Request{ProtocolMessage: dap.ProtocolMessage{Seq: a.last, Type: "request"}, Command: command}
}

func (a *adapter) send(m dap.Message) { a.ts.Check(dap.WriteProtocolMessage(a.conn, m)) }

// await reads messages until one of a type comes.
func await[T dap.Message](a *adapter) T {
	for {
		m, err := dap.ReadProtocolMessage(a.reader)
		a.ts.Check(err)
		if failed, ok := m.(*dap.ErrorResponse); ok {
			a.ts.Fatalf("%s: %+v", failed.Command, failed.Body.Error)
		}
		if wanted, ok := m.(T); ok {
			return wanted
		}
	}
}

// value returns an expression's value where a thread has stopped.
func (a *adapter) value(thread int, expression string) string {
	a.send(&dap.StackTraceRequest{Request: a.request("stackTrace"), Arguments: dap.StackTraceArguments{ThreadId: thread, Levels: 1}})
	frames := await[*dap.StackTraceResponse](a).Body.StackFrames
	a.send(&dap.EvaluateRequest{Request: a.request("evaluate"), Arguments: dap.EvaluateArguments{Expression: expression, FrameId: frames[0].Id, Context: "repl"}})
	return await[*dap.EvaluateResponse](a).Body.Result
}

// breakpoint stops a function and lets it go on: breakpoint ADDRESS FILE TEXT EXPRESSION
// VALUE PATH ANSWER OTHER-PATH OTHER-ANSWER. The breakpoint is on the line with the text.
// While the function has stopped, for longer than its timeout, the other path answers.
func breakpoint(ts *testscript.TestScript, _ bool, args []string) {
	before, _, ok := strings.Cut(ts.ReadFile(args[1]), args[2])
	if !ok {
		ts.Fatalf("%s has no %s", args[1], args[2])
	}
	a := attach(ts, args[0], ts.MkAbs(args[1]), strings.Count(before, "\n")+1)
	ts.Check(ts.Exec("seastack", "status", "--api"))
	api := strings.TrimSpace(ts.ReadFile("stdout"))
	answer := make(chan string, 1)
	go func() { answer <- fetch(api + args[5]) }()
	thread := await[*dap.StoppedEvent](a).Body.ThreadId
	if got := a.value(thread, args[3]); got != args[4] {
		ts.Fatalf("%s is %s", args[3], got)
	}
	time.Sleep(stoppedFor)
	if got := fetch(api + args[7]); got != args[8] {
		ts.Fatalf("%s answers %s", args[7], got)
	}
	a.send(&dap.ContinueRequest{Request: a.request("continue"), Arguments: dap.ContinueArguments{ThreadId: thread}})
	if got := <-answer; got != args[6] {
		ts.Fatalf("%s answers %s", args[5], got)
	}
	a.send(&dap.DisconnectRequest{Request: a.request("disconnect"), Arguments: &dap.DisconnectArguments{}})
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
