package dashboard

import (
	"maps"
	"net/http"
	"slices"

	"github.com/seastack/seastack/tools/localcloud/sqs"
)

// overview is the first page: how the cloud is, and what needs attention.
type overview struct {
	Endpoint    string
	Module      string
	Environment string
	Described   bool // by whoever deploys
	Stacks      []stackRow
	Functions   int
	Instances   int
	Invocations int
	Errors      int
	DeadLetters []deadRow
	Recent      []invocationRow
}

// stackRow is a stack with what its functions have done.
type stackRow struct {
	Name                           string
	Functions, Invocations, Errors int
}

// deadRow is a queue with dead letters.
type deadRow struct {
	Queue string
	Count int
}

func (d *Dashboard) overview(*http.Request) (view, error) {
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	functions, err := d.Functions.Functions()
	if err != nil {
		return view{}, err
	}
	o := overview{
		Endpoint: d.Env.Endpoint, Module: x.Path, Environment: x.Environment, Described: len(x.Functions) > 0,
		Functions: len(functions), Instances: d.Functions.Instances(), DeadLetters: deadLetters(d.Queues.Summaries()),
	}
	totals, stacks := d.Activity.Totals(), map[string]*stackRow{}
	for _, f := range functions {
		name := "(no stack)"
		if known := x.Function(f.FunctionName); known != nil {
			name = known.Stack
		}
		if stacks[name] == nil {
			stacks[name] = &stackRow{Name: name}
		}
		t := totals[f.FunctionName]
		stacks[name].Functions++
		stacks[name].Invocations += t.Invocations
		stacks[name].Errors += t.Errors
		o.Invocations += t.Invocations
		o.Errors += t.Errors
	}
	for _, name := range slices.Sorted(maps.Keys(stacks)) {
		o.Stacks = append(o.Stacks, *stacks[name])
	}
	o.Recent = d.rows(x, d.Activity.Newest(10, nil))
	return view{page: "overview", title: "Overview", data: o}, nil
}

// deadLetters returns the dead-letter queues that have messages.
func deadLetters(queues []sqs.Summary) (all []deadRow) {
	for _, q := range queues {
		if n := q.Visible + q.InFlight + q.Delayed; isDeadLetters(q) && n > 0 {
			all = append(all, deadRow{q.Name, n})
		}
	}
	return all
}
