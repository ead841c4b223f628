package check

import (
	"fmt"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// lengths checks the names on AWS in every environment. Only the longest name
// of each function and queue matters.
func lengths(m model.Model, cfg config.Config) diag.List {
	var list diag.List
	for _, e := range cfg.Environments {
		each(m, func(s model.Stack, f model.Function) {
			what, max, name := "Lambda function and its role", min(limits.Function.Max, limits.Role.Max), f.Name
			if f.Trigger.Kind == model.ScheduleTrigger {
				what, max, name = "role of the function's schedule", min(limits.Schedule.Max, limits.Role.Max), names.ScheduleRole(f.Name)
				if schedule := names.Schedule(s, f); len(schedule) > len(name) {
					what, name = "function's schedule", schedule
				}
			}
			list = append(list, tooLong(f.Pos, e, what, max, "give it a shorter name with //seastack:function name=...", names.Function(m.Project, e.Name, s.Name, name))...)
		})
		for _, q := range m.Queues {
			list = append(list, tooLong(q.Pos, e, "dead-letter queue", limits.Queue.Max, "give the queue a shorter name", names.Shared(m.Project, e.Name, names.DeadLetters(q.Name)))...)
		}
	}
	return list
}

func tooLong(pos model.Position, e config.Environment, what string, limit int, remedy, name string) diag.List {
	if len(name) <= limit {
		return nil
	}
	return diag.List{diag.New(diag.NameTooLong, at(pos),
		fmt.Sprintf("in the environment %s, the %s would be called %s: %d characters, where AWS takes %d", e.Name, what, name, len(name), limit),
		fmt.Sprintf("%s, by %d characters at least", remedy, len(name)-limit))}
}

// httpTimeouts finds functions that API Gateway would not wait for.
func httpTimeouts(m model.Model, cfg config.Config) diag.List {
	const next = "lower the timeout, or let a queue do the work and answer at once"
	var list diag.List
	behindHTTP := map[string]bool{} // stacks
	each(m, func(s model.Stack, f model.Function) {
		if f.Trigger.HTTP == nil {
			return
		}
		behindHTTP[s.Name] = true
		if f.Timeout > limits.HTTPTimeout {
			list = append(list, diag.New(diag.HTTPTimeout, at(f.Pos),
				fmt.Sprintf("%s may run for %ds, but API Gateway waits for %ds at most", f.Name, f.Timeout, limits.HTTPTimeout), next))
		}
	})
	for _, e := range cfg.Environments {
		for _, s := range m.Stacks {
			if timeout := e.Stacks[s.Name].Timeout; behindHTTP[s.Name] && timeout > limits.HTTPTimeout {
				list = append(list, diag.Diagnostic{Code: diag.HTTPTimeout, File: config.FileName, Next: next,
					Message: fmt.Sprintf("the environment %s lets the stack %s run for %ds, but API Gateway waits for %ds at most", e.Name, s.Name, timeout, limits.HTTPTimeout)})
			}
		}
	}
	return list
}
