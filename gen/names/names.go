// Package names is the one home of what things are called: on AWS, in Terraform
// and in the tree of files. It knows conventions, and writes nothing. What it
// names may be a value or, for an environment, a reference of Terraform's.
package names

import (
	"path"
	"strings"

	"github.com/seastack/seastack/gen/model"
)

// Platform is the name of the root that holds what stacks share, which no stack
// can have.
const Platform = "platform"

// Label returns a resource's label in Terraform, in the snake case of its
// conventions. Names are kebab case, so that no two have the same label.
func Label(name string) string { return strings.ReplaceAll(name, "-", "_") }

// Prefixed returns the expression of a name that is unique in an AWS account.
// Each module defines local.name_prefix for it.
func Prefixed(name string) string { return `"${local.name_prefix}-` + name + `"` }

// ScheduleRole returns the name of the role with which a function's schedule
// invokes it, without the prefix.
func ScheduleRole(function string) string { return function + "-schedule" }

// DeadLetters returns the name of a queue's dead-letter queue, as its label has
// it.
func DeadLetters(queue string) string { return queue + "-dlq" }

// Queue returns the name of a queue on AWS, or of its dead-letter queue, without
// the prefix.
func Queue(q model.Queue, name string) string {
	if q.FIFO != nil {
		return name + ".fifo"
	}
	return name
}

// Subscription returns the name of the queue that an event's subscriber takes it
// from, and of the rule that fills it, without the prefix.
func Subscription(event, function string) string {
	return strings.ReplaceAll(event, ".", "-") + "-" + function
}

// Handler returns a handler's name as Go writes it: "web.(*Interviews).Create".
func Handler(h model.Handler) string {
	if h.Receiver == "" {
		return path.Base(h.Package) + "." + h.Name
	}
	return path.Base(h.Package) + ".(*" + h.Receiver + ")." + h.Name
}

// StartedBy returns what starts a function, to follow the handler's name.
func StartedBy(t model.Trigger) string {
	switch t.Kind {
	case model.HTTPTrigger:
		return "behind " + t.HTTP.Route()
	case model.QueueTrigger:
		return "on messages of the queue " + t.Queue.Queue
	case model.EventTrigger:
		return "on the event " + t.Event.Event
	case model.ScheduleTrigger:
		return "at " + t.Schedule.Expression
	case model.StreamTrigger:
		if t.Stream.Public() {
			return "behind a URL of its own, which is public"
		}
		return "behind a URL of its own"
	default:
		return "when it is invoked"
	}
}

// Statement returns the ID of the policy statement of a grant on a queue, an event
// or a secret: letters and digits, as IAM asks for.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func Statement(g model.Grant) string {
	verb := map[model.GrantKind]string{model.QueueConsumeGrant: "Consume", model.QueueSendGrant: "Send", model.EventPublishGrant: "Publish", model.SecretReadGrant: "ReadSecret"}[g.Kind]
	return verb + camel(strings.ReplaceAll(g.Resource, ".", "-"))
}

// camel returns a name in camel case.
func camel(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
