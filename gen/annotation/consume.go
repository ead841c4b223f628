package annotation

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
	// Batch is how many messages one invocation gets at most. Default: 10. Lambda
	// takes 1 to 10000; more than 10 need a window.
	Batch int `key:"batch" min:"1" max:"10000"`
	// Window is how long to wait for a full batch: 5s. Default: 0s. Lambda takes
	// 0s to 5m.
	Window Seconds `key:"window" min:"0" max:"300"`
	// Concurrency is how many invocations may run at once. Default: no limit.
	// Lambda takes 2 to 1000.
	Concurrency int `key:"concurrency" min:"2" max:"1000"`
}

// unwindowed is the largest batch that Lambda takes without a window:
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html (BatchSize).
const unwindowed = 10

func (c *Consume) check(r *report) { checkBatch(r, c.Batch, c.Window) }
