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

// Database reports whether any function reads the database's URLs.
func Database(m model.Model) bool { return slices.ContainsFunc(m.Stacks, StackDatabase) }

// StackAPI reports whether the API calls any function of the stack.
func StackAPI(s model.Stack) bool {
	return slices.ContainsFunc(s.Functions, FunctionAPI)
}

// StackSchedule reports whether any function of the stack is started by a clock.
func StackSchedule(s model.Stack) bool {
	return slices.ContainsFunc(s.Functions, func(f model.Function) bool { return f.Trigger.Kind == model.ScheduleTrigger })
}

// StackDatabase reports whether any function of the stack reads the database's URLs.
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

// Buckets returns the names of the buckets that the stack reads or writes, sorted.
func Buckets(s model.Stack) []string {
	var buckets []string
	for _, f := range s.Functions {
		buckets = append(buckets, FunctionBuckets(f)...)
	}
	slices.Sort(buckets)
	return slices.Compact(buckets)
}

// FunctionBuckets returns the names of the buckets that the function reads or
// writes, sorted.
func FunctionBuckets(f model.Function) []string {
	var buckets []string
	for _, g := range f.Grants {
		if g.Kind == model.BucketReadGrant || g.Kind == model.BucketWriteGrant {
			name, _, _ := strings.Cut(g.Resource, "/")
			buckets = append(buckets, name)
		}
	}
	slices.Sort(buckets)
	return slices.Compact(buckets)
}

// Objects reports whether any function is told of the objects of a bucket; of any
// bucket, when the name is empty.
func Objects(m model.Model, bucket string) bool {
	return slices.ContainsFunc(m.Queues, func(q model.Queue) bool {
		return q.Object != nil && (bucket == "" || q.Object.Bucket == bucket)
	})
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
