// Package use answers what a model, a stack or a function makes use of, so that
// all parts of the generator leave out the same things. It knows the model and no output.
package use

import (
	"cmp"
	"slices"

	"github.com/seastack/seastack/gen/model"
)

// Functions reports whether there is any function.
func Functions(m model.Model) bool {
	return slices.ContainsFunc(m.Stacks, func(s model.Stack) bool { return len(s.Functions) > 0 })
}

// API reports whether any function is behind HTTP.
func API(m model.Model) bool { return slices.ContainsFunc(m.Stacks, StackAPI) }

// Database reports whether any function reads the database's URLs.
func Database(m model.Model) bool { return slices.ContainsFunc(m.Stacks, StackDatabase) }

// StackAPI reports whether any function of the stack is behind HTTP.
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

// StackDatabase reports whether any function of the stack reads the database's URLs.
func StackDatabase(s model.Stack) bool { return slices.ContainsFunc(s.Functions, FunctionDatabase) }

// FunctionAPI reports whether the function is behind HTTP.
func FunctionAPI(f model.Function) bool { return f.Trigger.Kind == model.HTTPTrigger }

// FunctionDatabase reports whether the function reads the database's URLs.
func FunctionDatabase(f model.Function) bool {
	return len(Granted(f, model.DatabaseGrant)) > 0
}

// Publishes reports whether any function of the stack publishes events.
func Publishes(s model.Stack) bool {
	return slices.ContainsFunc(s.Functions, func(f model.Function) bool { return len(Granted(f, model.EventPublishGrant)) > 0 })
}

// Secrets returns the names of the secrets that the stack reads, sorted.
func Secrets(s model.Stack) []string {
	var secrets []string
	for _, f := range s.Functions {
		for _, g := range Granted(f, model.SecretReadGrant) {
			secrets = append(secrets, g.Resource)
		}
	}
	slices.Sort(secrets)
	return slices.Compact(secrets)
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
	var queues []string
	for _, f := range s.Functions {
		for _, kind := range []model.GrantKind{model.QueueSendGrant, model.QueueConsumeGrant} {
			for _, g := range Granted(f, kind) {
				queues = append(queues, g.Resource)
			}
		}
		if f.Trigger.Queue != nil {
			queues = append(queues, f.Trigger.Queue.Queue)
		}
	}
	slices.Sort(queues)
	return slices.Compact(queues)
}
