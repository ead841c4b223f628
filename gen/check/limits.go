package check

import (
	"fmt"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// lengths checks the names on AWS in every environment. Only the longest name
// of each function and queue matters.
func lengths(m model.Model, cfg config.Config) diag.List {
	var list diag.List
	for _, e := range cfg.Environments {
		if e.IsTemplate() {
			e = e.Instance(config.MaxPreview)
		}
		if use.Functions(m) {
			bucket := names.ArtifactBucket(names.Shared(m.Project, e.Name), strings.Repeat("0", accountDigits))
			list = append(list, tooLong(model.Position{File: config.FileName}, e, "bucket of the zips", limits.Bucket.Max,
				"give the project or the environment a shorter name", bucket)...)
		}
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
		for _, b := range m.Buckets {
			name := names.Bucket(names.Shared(m.Project, e.Name), b.Name, strings.Repeat("0", accountDigits))
			list = append(list, tooLong(b.Pos, e, "bucket", limits.Bucket.Max, "give the bucket a shorter name", name)...)
		}
		for _, q := range m.Queues {
			list = append(list, queueLength(m, e, q)...)
		}
	}
	return list
}

// queueLength checks a queue's name, and that of the rule that fills it.
func queueLength(m model.Model, e config.Environment, q model.Queue) diag.List {
	if q.Subscribed() {
		return tooLong(q.Pos, e, "rule of the subscription "+q.Name, limits.EventRule.Max,
			"give the function a shorter name with //seastack:function name=...", names.Shared(m.Project, e.Name, q.Name))
	}
	return tooLong(q.Pos, e, "dead-letter queue", limits.Queue.Max, "give the queue a shorter name", names.Shared(m.Project, e.Name, names.Queue(q, names.DeadLetters(q.Name))))
}

// accountDigits is the number of digits of an account's ID.
const accountDigits = 12

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
	var list diag.List
	each(m, func(_ model.Stack, f model.Function) {
		if limit := waits(f); limit > 0 && f.Timeout > limit {
			list = append(list, diag.New(diag.HTTPTimeout, at(f.Pos),
				fmt.Sprintf("%s may run for %ds, but API Gateway waits for %ds at most", f.Name, f.Timeout, limit),
				httpTimeoutNext))
		}
	})
	for _, e := range cfg.Environments {
		for _, s := range m.Stacks {
			list = append(list, httpOverrides(e, s)...)
		}
	}
	return list
}

// waits returns how long API Gateway waits for a function, in seconds; 0 for one that
// it does not call.
func waits(f model.Function) int {
	switch f.Trigger.Kind {
	case model.HTTPTrigger:
		return limits.HTTPTimeout
	case model.AuthorizerTrigger:
		return limits.AuthorizerTimeout
	}
	return 0
}

const httpTimeoutNext = "lower the timeout, or let a queue do the work and answer at once"

// httpOverrides finds timeouts of an environment for functions of a stack that
// API Gateway would not wait for.
func httpOverrides(e config.Environment, s model.Stack) (list diag.List) {
	found := func(what string, timeout, limit int) {
		list = append(list, diag.Diagnostic{Code: diag.HTTPTimeout, File: config.FileName, Next: httpTimeoutNext,
			Message: fmt.Sprintf("the environment %s lets %s run for %ds, but API Gateway waits for %ds at most",
				e.Name, what, timeout, limit)})
	}
	settings, told := e.Stacks[s.Name], map[int]bool{}
	for _, f := range s.Functions {
		own, limit := settings.Functions[f.Name].Timeout, waits(f)
		switch {
		case limit == 0:
		case own > limit:
			found("the function "+f.Name, own, limit)
		case own == 0 && settings.Timeout > limit && !told[limit]:
			told[limit] = true
			found("the stack "+s.Name, settings.Timeout, limit)
		}
	}
	return list
}
