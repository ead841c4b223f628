package annotation

import (
	"fmt"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/pattern"
)

// On runs a handler for each event of a type, which declares it with
// //seastack:event. The handler is
//
//	func(context.Context, Event) error
//	func(context.Context, []Event) error
//
// Each handler has a queue of its own, which a rule of EventBridge fills: events
// wait there while the function is throttled or fails, and go to the queue's
// dead-letter queue in the end, so that one handler's failures are no matter of
// another's. An event comes at least once, and in no certain order. What happens
// on an error is as with //seastack:consume.
type On struct {
	// Filter is a pattern of EventBridge for the event's detail: only events that
	// match it come to the handler. Quote it as a Go string:
	// filter="{\"minutes\":[{\"numeric\":[\">\",30]}]}", or in backquotes.
	Filter string `key:"filter"`
	// Retries is how often an event is received before it goes to the
	// dead-letter queue. Default: 5. SQS takes 1 to 1000.
	Retries int `key:"retries" min:"1" max:"1000"`
	// Retention is how long an event is kept: 12h, 4d. Default: 4d. SQS takes 1m
	// to 14d.
	Retention Seconds `key:"retention" min:"60" max:"1209600"`
	// Batch is how many events one invocation gets at most. Default: 10. Lambda
	// takes 1 to 10000; more than 10 need a window.
	Batch int `key:"batch" min:"1" max:"10000"`
	// Window is how long to wait for a full batch: 5s. Default: 0s. Lambda takes
	// 0s to 5m.
	Window Seconds `key:"window" min:"0" max:"300"`
	// Concurrency is how many invocations may run at once. Default: no limit.
	// Lambda takes 2 to 1000.
	Concurrency int `key:"concurrency" min:"2" max:"1000"`
}

func (o *On) check(r *report) {
	checkBatch(r, o.Batch, o.Window)
	checkPattern(r, o.Filter, pattern.Parse)
}

// checkBatch checks that a batch and its window go together.
func checkBatch(r *report, batch int, window Seconds) {
	if batch > unwindowed && window < 1 {
		r.add(diag.Contradiction, "batch", "a batch of more than 10 messages needs a window of 1s at least", "add window=1s, or ask for batch=10")
	}
}

// checkPattern checks a filter, which parse reads.
func checkPattern(r *report, filter string, parse func(string) (pattern.Pattern, error)) {
	if filter == "" {
		return
	}
	if _, err := parse(filter); err != nil {
		r.add(diag.BadValue, "filter", "filter: "+err.Error(), "write a pattern of EventBridge, as in filter=`{\"kind\":[\"new\"]}`")
	}
	if len(filter) > maxFilter {
		r.add(diag.BadValue, "filter", fmt.Sprintf("filter has %d bytes; %d fit into a rule", len(filter), maxFilter), "match fewer values, or look at them in the handler")
	}
}

// maxFilter is the most bytes of a filter: a rule's pattern has 4096 characters,
// with the event's name and source.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const maxFilter = 3500
