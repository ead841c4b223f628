package annotation

import "github.com/seastack/seastack/gen/diag"

// Batching says how many messages of a queue one invocation gets.
type Batching struct {
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

// check checks that a batch and its window go together.
func (b Batching) check(r *report) {
	if b.Batch > unwindowed && b.Window < 1 {
		r.add(diag.Contradiction, "batch", "a batch of more than 10 messages needs a window of 1s at least", "add window=1s, or ask for batch=10")
	}
}

// Keeping says how long a queue keeps its messages.
type Keeping struct {
	// Retries is how often a message is received before it goes to the
	// dead-letter queue. Default: 5. SQS takes 1 to 1000.
	Retries int `key:"retries" min:"1" max:"1000"`
	// Retention is how long a message is kept: 12h, 4d. Default: 4d. SQS takes
	// 1m to 14d.
	Retention Seconds `key:"retention" min:"60" max:"1209600"`
}
