package annotation

import "github.com/seastack/seastack/gen/diag"

// Queue declares a queue on the Go type of its messages, in a package of the
// services' folder. Whoever takes a queue.Sender of the type sends to it; the
// one handler with //seastack:consume and the type consumes it. A message that
// keeps failing goes to the queue's dead-letter queue.
type Queue struct {
	// Name is unique in the module: lower-case letters, digits and hyphens.
	Name string `arg:"NAME"`
	Keeping
	// FIFO makes it a FIFO queue: true or false. Default: false. Messages with the
	// same value in the field tagged queue:"group" come in order. A message that is
	// sent twice in five minutes comes once: by the field tagged
	// queue:"deduplication", or where there is none by all of the message.
	FIFO bool `key:"fifo"`
}

func (q *Queue) check(r *report) {
	if !ValidName(q.Name) {
		r.add(diag.BadValue, "NAME", quote(q.Name)+" is not a queue's name: "+NameRule, "write one such as transcripts")
	}
}
