// Package deadletter reads the dead letters of functions: what a function was to be
// started with, and could not be. It knows the forms in which Lambda and EventBridge
// Scheduler write them.
package deadletter

import "encoding/json"

// Schedule is the attribute of a letter that Scheduler has written.
const Schedule = "SCHEDULE_ARN"

// Letter is what a function was to be started with.
type Letter struct {
	Payload []byte
	Request string // ID of the request that has failed; "" for a start that Lambda has not accepted
}

// Read reads the body of a dead letter: the record of an invocation, or, where it is
// scheduled, the input of a schedule; false for another message.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
func Read(body string, scheduled bool) (l Letter, ok bool) {
	if scheduled {
		return Letter{Payload: []byte(body)}, true
	}
	var record struct {
		RequestContext struct{ RequestID, FunctionARN string }
		RequestPayload json.RawMessage
	}
	err := json.Unmarshal([]byte(body), &record)
	ok = err == nil && record.RequestContext.FunctionARN != "" && len(record.RequestPayload) > 0
	return Letter{Payload: record.RequestPayload, Request: record.RequestContext.RequestID}, ok
}
