package fleet

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
)

func timedOut(limit time.Duration) string {
	return fmt.Sprintf("Task timed out after %.2f seconds", limit.Seconds())
}

func errorType(out sandbox.Outcome) string {
	switch {
	case out.ErrorType != "":
		return out.ErrorType
	case out.Status == sandbox.Exited:
		return "Runtime.ExitError"
	case out.Status == sandbox.TimedOut:
		return "Sandbox.Timedout"
	case out.Status == sandbox.Failed:
		return "Runtime.Unknown"
	}
	return ""
}

// result returns the result of an invocation as Lambda words it.
func result(rev *Revision, id string, out sandbox.Outcome) Result {
	r := Result{Status: out.Status, ErrorType: errorType(out), Payload: out.Payload, Duration: out.Duration}
	switch out.Status {
	case sandbox.Exited:
		r.Payload = sandbox.ErrorPayload(r.ErrorType, "RequestId: "+id+" Error: "+out.Exit)
	case sandbox.TimedOut:
		r.Payload = sandbox.ErrorPayload(r.ErrorType, "RequestId: "+id+" Error: "+timedOut(rev.Timeout))
		r.Duration = rev.Timeout // without the time that the kill took
	}
	return r
}

// message returns the text after "Error: " in a payload that result made.
func message(payload []byte) string {
	var p struct{ ErrorMessage string }
	_ = json.Unmarshal(payload, &p) // made by result
	_, text, _ := strings.Cut(p.ErrorMessage, "Error: ")
	return text
}
