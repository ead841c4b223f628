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

// Subscription returns the name of the queue that a subscriber of an event, or of a
// bucket's objects, takes them from, and of the rule that fills it, without the
// prefix.
func Subscription(source, function string) string {
	return strings.ReplaceAll(source, ".", "-") + "-" + function
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
	case model.ObjectTrigger:
		return "on objects " + t.Object.What + " in the bucket " + t.Object.Bucket
	case model.ScheduleTrigger:
		return "at " + t.Schedule.Expression
	case model.AuthorizerTrigger:
		return "for requests to routes with auth=" + t.Authorizer.Authorizer
	case model.StreamTrigger:
		if t.Stream.Public() {
			return "behind a URL of its own, which is public"
		}
		return "behind a URL of its own"
	default:
		return "when it is invoked"
	}
}

// Status returns the status of success that an adapter of HTTP requests has unless it
// is told another; 0 for a handler that writes its own, and for other adapters.
func Status(adapter string) int {
	switch adapter {
	case "HTTP", "HTTPOut", "HTTPCaller", "HTTPCallerOut":
		return 200
	case "HTTPIn", "HTTPDo", "HTTPCallerIn", "HTTPCallerDo":
		return 204
	}
	return 0
}

// Statement returns the ID of the policy statement of a grant on a queue, an event,
// a secret, a bucket or a function: letters and digits, as IAM asks for.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func Statement(g model.Grant) string {
	return statementVerbs[g.Kind] + inSid(g.Resource)
}

// ListStatement returns the ID of the statement that allows to list what a grant on a
// bucket allows to read.
func ListStatement(g model.Grant) string { return "ListBucket" + inSid(g.Resource) }

// inSid returns the name of a resource as a statement's ID has it.
func inSid(resource string) string {
	return camel(strings.Join(strings.FieldsFunc(resource, func(r rune) bool { return !isAlphanumeric(r) }), "-"))
}

var statementVerbs = map[model.GrantKind]string{
	model.QueueConsumeGrant: "Consume", model.QueueSendGrant: "Send", model.EventPublishGrant: "Publish", model.SecretReadGrant: "ReadSecret",
	model.BucketReadGrant: "ReadBucket", model.BucketWriteGrant: "WriteBucket", model.InvokeGrant: "Invoke",
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
