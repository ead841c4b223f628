// Package check finds what is wrong with a model as a whole: names that collide
// or that AWS would refuse, routes that cannot be told apart, queues without
// both ends. It knows plain data and AWS's limits, and nothing of Go's types.
package check

import (
	"fmt"
	"maps"
	"slices"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
)

// Collisions finds what cannot stand in one model together, or at all. It can
// be asked about an incomplete model. What would be emitted is measured by
// emitted.
func Collisions(m model.Model, cfg config.Config, emitted Emitter) diag.List {
	var list diag.List
	list = append(list, routes(m)...)
	list = append(list, functionNames(m)...)
	list = append(list, queueNames(m)...)
	list = append(list, eventNames(m)...)
	list = append(list, secretNames(m)...)
	list = append(list, authorizers(m)...)
	list = append(list, buckets(m)...)
	list = append(list, consumers(m)...)
	list = append(list, lengths(m, cfg)...)
	list = append(list, statementIDs(m)...)
	list = append(list, sizes(m, cfg, emitted)...)
	list = append(list, sharedVariables(m)...)
	return append(list, httpTimeouts(m, cfg)...)
}

// Completeness finds what is missing from a model in which nothing was left
// out for being wrong.
func Completeness(m model.Model, cfg config.Config) diag.List {
	var list diag.List
	for _, e := range m.Events {
		if !slices.ContainsFunc(m.Queues, func(q model.Queue) bool { return q.Event != nil && q.Event.Event == e.Name }) {
			list = append(list, diag.New(diag.NoSubscriber, at(e.Pos), "nothing handles the event "+e.Name,
				"put //seastack:on on a handler of "+e.Payload.Name+", or remove //seastack:event"))
		}
	}
	list = append(list, unusedBuckets(m)...)
	for _, q := range m.Queues {
		if q.Consumer == (model.FunctionRef{}) {
			list = append(list, diag.New(diag.NoConsumer, at(q.Pos), "nothing consumes the queue "+q.Name,
				"put //seastack:consume on a handler of "+q.Payload.Name+", or remove //seastack:queue"))
		}
	}
	list = append(list, variables(m, cfg)...)
	return append(list, overrides(m, cfg)...)
}

// overrides finds settings of stacks that do not exist.
func overrides(m model.Model, cfg config.Config) diag.List {
	var list diag.List
	var names []string
	for _, s := range m.Stacks {
		names = append(names, s.Name)
	}
	for _, e := range cfg.Environments {
		for _, stack := range slices.Sorted(maps.Keys(e.Stacks)) {
			if !slices.Contains(names, stack) {
				list = append(list, diag.Diagnostic{
					Code: diag.UnknownOverride, File: config.FileName,
					Message: fmt.Sprintf("the environment %s overrides settings of %q, but there is no such stack", e.Name, stack),
					Next:    fmt.Sprintf("remove the block; there are the stacks %v", names),
				})
			}
		}
		for _, s := range m.Stacks {
			list = append(list, unknownFunctions(e, s)...)
		}
	}
	return list
}

// unknownFunctions finds overrides of functions that their stack does not have.
func unknownFunctions(e config.Environment, s model.Stack) (list diag.List) {
	var names []string
	for _, f := range s.Functions {
		names = append(names, f.Name)
	}
	for _, function := range slices.Sorted(maps.Keys(e.Stacks[s.Name].Functions)) {
		if !slices.Contains(names, function) {
			list = append(list, diag.Diagnostic{
				Code: diag.UnknownOverride, File: config.FileName,
				Message: fmt.Sprintf("the environment %s overrides settings of the function %q, but the stack %s has none of this name", e.Name, function, s.Name),
				Next:    fmt.Sprintf("remove the block; there are the functions %v", names),
			})
		}
	}
	return list
}

// each visits all functions, in the model's order.
func each(m model.Model, visit func(s model.Stack, f model.Function)) {
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			visit(s, f)
		}
	}
}
