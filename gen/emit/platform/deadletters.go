package platform

import (
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// failedInvocations adds the queues that keep failed asynchronous invocations. They
// are here and not with the functions, so that a function can move between stacks
// and its dead letters stay where they are.
func failedInvocations(m model.Model) *tf.File {
	f := tf.New("")
	for _, function := range use.DeadLetters(m) {
		f.Comment("Asynchronous invocations of " + function + " that have failed.")
		b := f.Attached("resource", "aws_sqs_queue", names.Label(names.DeadLetters(function)))
		b.Expr("name", "%s", names.Prefixed(names.DeadLetters(function)))
		b.Set("message_retention_seconds", deadLetterRetention)
		b.Set("sqs_managed_sse_enabled", true)
		keep(b)
	}
	return f
}
