// Package debugtest drives debuggers in tests, as editors do.
package debugtest

import (
	"bufio"
	"encoding/json"
	"net"
	"time"

	"github.com/google/go-dap"
)

// limit bounds a session with a debugger.
const limit = 2 * time.Minute

// Adapter is a client of a debugger's DAP.
// https://microsoft.github.io/debug-adapter-protocol/specification
type Adapter struct {
	fail   func(format string, args ...any)
	conn   net.Conn
	file   string
	reader *bufio.Reader
	last   int // number of the last request
}

// Attach attaches to a debugger, and sets a breakpoint. fail ends the test.
func Attach(fail func(format string, args ...any), address, file string, line int) *Adapter {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		fail("%v", err)
		return nil
	}
	_ = conn.SetDeadline(time.Now().Add(limit)) // it is open
	a := &Adapter{fail: fail, conn: conn, file: file, reader: bufio.NewReader(conn)}
	a.send(&dap.InitializeRequest{Request: a.request("initialize"), Arguments: dap.InitializeRequestArguments{AdapterID: "go", PathFormat: "path", LinesStartAt1: true, ColumnsStartAt1: true}})
	await[*dap.InitializeResponse](a)
	a.send(&dap.AttachRequest{Request: a.request("attach"), Arguments: json.RawMessage(`{"mode": "remote"}`)})
	await[*dap.InitializedEvent](a)
	if set := a.breakpoints(dap.SourceBreakpoint{Line: line}); len(set) != 1 || !set[0].Verified {
		fail("breakpoints: %+v", set)
	}
	a.send(&dap.ConfigurationDoneRequest{Request: a.request("configurationDone")})
	await[*dap.ConfigurationDoneResponse](a)
	return a
}

func (a *Adapter) request(command string) dap.Request {
	a.last++
	return dap.Request{ProtocolMessage: dap.ProtocolMessage{Seq: a.last, Type: "request"}, Command: command}
}

func (a *Adapter) send(m dap.Message) {
	if err := dap.WriteProtocolMessage(a.conn, m); err != nil {
		a.fail("%v", err)
	}
}

// await reads messages until one of a type comes.
func await[T dap.Message](a *Adapter) T {
	for {
		m, err := dap.ReadProtocolMessage(a.reader)
		if err != nil {
			a.fail("%v", err)
		}
		if failed, ok := m.(*dap.ErrorResponse); ok {
			a.fail("%s: %+v", failed.Command, failed.Body.Error)
		}
		if wanted, ok := m.(T); ok {
			return wanted
		}
	}
}

// breakpoints sets the breakpoints of the file.
func (a *Adapter) breakpoints(wanted ...dap.SourceBreakpoint) []dap.Breakpoint {
	a.send(&dap.SetBreakpointsRequest{Request: a.request("setBreakpoints"), Arguments: dap.SetBreakpointsArguments{
		Source: dap.Source{Path: a.file}, Breakpoints: wanted,
	}})
	return await[*dap.SetBreakpointsResponse](a).Body.Breakpoints
}

// Stopped waits until the function has stopped, and returns the thread.
func (a *Adapter) Stopped() (thread int) { return await[*dap.StoppedEvent](a).Body.ThreadId }

// Value returns an expression's value where a thread has stopped.
func (a *Adapter) Value(thread int, expression string) string {
	a.send(&dap.StackTraceRequest{Request: a.request("stackTrace"), Arguments: dap.StackTraceArguments{ThreadId: thread, Levels: 1}})
	frames := await[*dap.StackTraceResponse](a).Body.StackFrames
	if len(frames) == 0 {
		a.fail("the thread %d has no frame", thread)
	}
	a.send(&dap.EvaluateRequest{Request: a.request("evaluate"), Arguments: dap.EvaluateArguments{Expression: expression, FrameId: frames[0].Id, Context: "repl"}})
	return await[*dap.EvaluateResponse](a).Body.Result
}

// Continue lets the function go on.
func (a *Adapter) Continue(thread int) {
	a.send(&dap.ContinueRequest{Request: a.request("continue"), Arguments: dap.ContinueArguments{ThreadId: thread}})
}

// Close leaves the function running, without the breakpoint: delve keeps those of
// clients that have gone.
func (a *Adapter) Close() {
	a.breakpoints()
	a.send(&dap.DisconnectRequest{Request: a.request("disconnect"), Arguments: &dap.DisconnectArguments{}})
	await[*dap.DisconnectResponse](a)
	_ = a.conn.Close() // the debugger has answered
}
