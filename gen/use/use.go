// Package use answers what a model, a stack or a function makes use of, so that
// all parts of the generator leave out the same things. It knows the model and no output.
package use

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/model"
)

// Functions reports whether there is any function.
func Functions(m model.Model) bool {
	return slices.ContainsFunc(m.Stacks, func(s model.Stack) bool { return len(s.Functions) > 0 })
}

// API reports whether there is an API: any function that it calls.
func API(m model.Model) bool { return slices.ContainsFunc(m.Stacks, StackAPI) }

// Database reports whether any function reads URLs of a database.
func Database(m model.Model) bool { return slices.ContainsFunc(m.Stacks, StackDatabase) }

// Reads reports whether any function has a grant of a kind: whether it reads the
// secret of these URLs.
func Reads(m model.Model, kind model.GrantKind) bool {
	return slices.ContainsFunc(m.Stacks, func(s model.Stack) bool { return StackReads(s, kind) })
}

// StackReads is Reads for a stack.
func StackReads(s model.Stack, kind model.GrantKind) bool { return len(resources(s, kind)) > 0 }

// Analytics reports whether any function reads or writes the analytics store.
func Analytics(m model.Model) bool { return Reads(m, model.AnalyticsGrant) }

// StackAPI reports whether the API calls any function of the stack.
func StackAPI(s model.Stack) bool {
	return slices.ContainsFunc(s.Functions, FunctionAPI)
}

// StackSchedule reports whether any function of the stack is started by a clock.
func StackSchedule(s model.Stack) bool {
	return slices.ContainsFunc(s.Functions, func(f model.Function) bool { return f.Trigger.Kind == model.ScheduleTrigger })
}

// StackStream reports whether any function of the stack has a URL.
func StackStream(s model.Stack) bool {
	return slices.ContainsFunc(s.Functions, func(f model.Function) bool { return f.Trigger.Stream != nil })
}

// StackPublicStream reports whether everybody may call the URL of a function of the
// stack.
func StackPublicStream(s model.Stack) bool {
	return slices.ContainsFunc(s.Functions, func(f model.Function) bool {
		return f.Trigger.Stream != nil && f.Trigger.Stream.Public()
	})
}

// StackDatabase reports whether any function of the stack reads URLs of a database.
func StackDatabase(s model.Stack) bool { return slices.ContainsFunc(s.Functions, FunctionDatabase) }

// FunctionAPI reports whether the API calls the function: for a route, or as an
// authorizer.
func FunctionAPI(f model.Function) bool {
	return f.Trigger.Kind == model.HTTPTrigger || f.Trigger.Kind == model.AuthorizerTrigger
}

// JWT reports whether any route asks for a token.
func JWT(m model.Model) bool {
	return slices.ContainsFunc(m.Stacks,
		func(s model.Stack) bool { return slices.Contains(Authorizers(s), model.JWT) })
}

// Authorization reports whether the API has any authorizer.
func Authorization(m model.Model) bool { return len(m.Authorizers) > 0 || JWT(m) }

// Authorizers returns the names of the authorizers that the stack's routes have or its
// functions are, model.JWT among them, sorted.
func Authorizers(s model.Stack) []string {
	var all []string
	for _, f := range s.Functions {
		if h := f.Trigger.HTTP; h != nil && !h.IsPublic() {
			all = append(all, h.Auth)
		}
		if z := f.Trigger.Authorizer; z != nil {
			all = append(all, z.Authorizer)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// PublicRoutes returns the keys of the routes that anybody may call, sorted.
func PublicRoutes(m model.Model) []string {
	routes := []string{}
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			if h := f.Trigger.HTTP; h != nil && h.IsPublic() {
				routes = append(routes, h.Route())
			}
		}
	}
	slices.Sort(routes)
	return routes
}

// FunctionDatabase reports whether the function reads URLs of a database.
func FunctionDatabase(f model.Function) bool {
	return slices.ContainsFunc(f.Grants, func(g model.Grant) bool {
		return g.Kind == model.DatabaseGrant || g.Kind == model.ReplicaGrant || g.Kind == model.AnalyticsGrant
	})
}

// Publishes reports whether any function of the stack publishes events.
func Publishes(s model.Stack) bool { return len(resources(s, model.EventPublishGrant)) > 0 }

// Invokes reports whether any function of the stack invokes another.
func Invokes(s model.Stack) bool { return len(resources(s, model.InvokeGrant)) > 0 }

// Secrets returns the names of the secrets that the stack reads, sorted.
func Secrets(s model.Stack) []string { return resources(s, model.SecretReadGrant) }

// Buckets returns the names of the buckets that the stack reads or writes, sorted.
func Buckets(s model.Stack) []string {
	return bucketsOf(resources(s, model.BucketReadGrant, model.BucketWriteGrant))
}

// FunctionBuckets returns the names of the buckets that the function reads or
// writes, sorted.
func FunctionBuckets(f model.Function) []string {
	return Buckets(model.Stack{Functions: []model.Function{f}})
}

// bucketsOf returns the names of buckets, given what grants name them by.
func bucketsOf(resources []string) (names []string) {
	for _, r := range resources {
		name, _, _ := strings.Cut(r, "/")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// resources returns the resources of the stack's grants of some kinds, sorted.
func resources(s model.Stack, kinds ...model.GrantKind) (all []string) {
	for _, f := range s.Functions {
		for _, g := range f.Grants {
			if slices.Contains(kinds, g.Kind) {
				all = append(all, g.Resource)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Objects reports whether any function is told of the objects of a bucket; of any
// bucket, when the name is empty.
func Objects(m model.Model, bucket string) bool {
	return slices.ContainsFunc(m.Queues, func(q model.Queue) bool {
		return q.Object != nil && (bucket == "" || q.Object.Bucket == bucket)
	})
}

// outboxPackage has the handles of messages that wait for their transaction.
const outboxPackage = "github.com/seastack/seastack/core/outbox"

// Outbox returns the grants of the function that it has by handles of the outbox:
// what it may send, and a relay sends for it.
func Outbox(f model.Function) (grants []model.Grant) {
	for _, handle := range []struct {
		kind model.GrantKind
		open string
	}{{model.EventPublishGrant, "NewPublisher"}, {model.QueueSendGrant, "NewSender"}} {
		for _, g := range Granted(f, handle.kind) {
			if opens(f, handle.open, g.Resource) {
				grants = append(grants, g)
			}
		}
	}
	return grants
}

// Relay reports whether the function sends what waits in the outbox.
func Relay(f model.Function) bool { return opens(f, "NewRelay", "") }

// opens reports whether the function opens a handle of the outbox by that
// constructor, for a resource where it is named.
func opens(f model.Function, constructor, resource string) bool {
	return slices.ContainsFunc(f.Wiring, func(s model.Step) bool {
		named := resource == "" || slices.ContainsFunc(s.Args, func(a model.Arg) bool { return a.String != nil && *a.String == resource })
		return s.Package == outboxPackage && s.Func == constructor && named
	})
}

// Async reports whether any function has settings of asynchronous invocations.
func Async(m model.Model) bool {
	return slices.ContainsFunc(m.Stacks, func(s model.Stack) bool {
		return slices.ContainsFunc(s.Functions, func(f model.Function) bool { return f.Async != nil })
	})
}

// FunctionDeadLetters reports whether the function's asynchronous invocations that
// fail are kept.
func FunctionDeadLetters(f model.Function) bool { return f.Async != nil && f.Async.DeadLetters }

// StackDeadLetters returns the names of the stack's functions whose asynchronous
// invocations that fail are kept, sorted.
func StackDeadLetters(s model.Stack) []string {
	var functions []string
	for _, f := range s.Functions {
		if FunctionDeadLetters(f) {
			functions = append(functions, f.Name)
		}
	}
	slices.Sort(functions)
	return functions
}

// DeadLetters returns StackDeadLetters of all stacks, sorted.
func DeadLetters(m model.Model) []string {
	var functions []string
	for _, s := range m.Stacks {
		functions = append(functions, StackDeadLetters(s)...)
	}
	slices.Sort(functions)
	return slices.Compact(functions)
}

// Granted returns the function's grants of a kind, one for each resource, sorted.
func Granted(f model.Function, kind model.GrantKind) []model.Grant {
	var grants []model.Grant
	for _, g := range f.Grants {
		if g.Kind == kind {
			grants = append(grants, g)
		}
	}
	slices.SortStableFunc(grants, func(a, b model.Grant) int { return cmp.Compare(a.Resource, b.Resource) })
	return slices.CompactFunc(grants, func(a, b model.Grant) bool { return a.Resource == b.Resource })
}

// Queues returns the names of the queues that the stack sends to or consumes
// from, sorted.
func Queues(s model.Stack) []string {
	queues := resources(s, model.QueueSendGrant, model.QueueConsumeGrant)
	for _, f := range s.Functions {
		if f.Trigger.Queue != nil {
			queues = append(queues, f.Trigger.Queue.Queue)
		}
	}
	slices.Sort(queues)
	return slices.Compact(queues)
}
