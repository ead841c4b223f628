package annotation

import (
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/pattern"
)

// Consume runs a handler for each message of a queue. The queue is the one that
// the message's type declares with //seastack:queue. The handler is
//
//	func(context.Context, Message) error
//	func(context.Context, []Message) error
//
// and an error puts the one message back, not its batch. So does a handler that
// has not returned when Lambda is about to end the invocation; the messages after
// it go back unhandled. Its process ends then, so that it does not go on in the
// next invocation. An error of a handler of batches puts all of its messages
// back, or, when it is a fault.Items, those that it names.
type Consume struct {
	Batching
	// Filter is a pattern for the message, in the language of EventBridge's: one
	// that does not match it does not come to the handler, and is deleted from the
	// queue. Write it in backquotes: filter=`{"kind":["new"]}`.
	Filter string `key:"filter"`
	// MinPollers is the least number of pollers, which Lambda keeps for the queue
	// alone and which cost money: AWS's provisioned mode. Default: Lambda's shared
	// ones. Lambda takes 2 to 200.
	MinPollers int `key:"minpollers" min:"2" max:"200"`
	// MaxPollers is the greatest number of pollers. Default: Lambda's own, 200.
	// Lambda takes 2 to 2000.
	MaxPollers int `key:"maxpollers" min:"2" max:"2000"`
}

func (c *Consume) check(r *report) {
	c.Batching.check(r)
	checkPattern(r, c.Filter, pattern.ParseFilter)
	if c.Concurrency > 0 && c.MinPollers+c.MaxPollers > 0 {
		r.add(diag.Contradiction, "concurrency", "Lambda takes either concurrency or pollers of the queue's own", "keep one; maxpollers limits the invocations, too")
	}
	if c.MaxPollers > 0 && c.MaxPollers < c.MinPollers {
		r.add(diag.Contradiction, "maxpollers", "maxpollers is less than minpollers", "raise it, or lower minpollers")
	}
}
