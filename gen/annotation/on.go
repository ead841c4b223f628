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
	Keeping
	Batching
}

func (o *On) check(r *report) {
	o.Batching.check(r)
	checkPattern(r, o.Filter, pattern.Parse)
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
