package names

import (
	"fmt"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
)

// Check reports the names that generated files make up and that meet another's:
// schedules' roles and dead-letter queues. The error is a diag.List.
func Check(m model.Model) error {
	var l diag.List
	for _, s := range m.Stacks {
		l = append(l, checkRoles(s)...)
	}
	return append(l, checkQueues(m.Queues)...).Err()
}

func checkRoles(s model.Stack) (l diag.List) {
	functions := map[string]bool{}
	for _, f := range s.Functions {
		functions[f.Name] = true
	}
	for _, f := range s.Functions {
		if f.Trigger.Kind != model.ScheduleTrigger {
			continue
		}
		role := ScheduleRole(f.Name)
		if functions[role] {
			l = append(l, finding(diag.DuplicateFunction, f.Pos,
				fmt.Sprintf("the role of %s's schedule would be called as the role of the function %s", f.Name, role),
				"rename one of the two functions with //seastack:function name=..."))
		}
	}
	return l
}

func checkQueues(queues []model.Queue) (l diag.List) {
	declared := map[string]bool{}
	for _, q := range queues {
		declared[q.Name] = true
	}
	for _, q := range queues {
		if declared[DeadLetters(q.Name)] {
			l = append(l, finding(diag.QueueNameTaken, q.Pos,
				fmt.Sprintf("the dead-letter queue of %s would be called as the queue %s", q.Name, DeadLetters(q.Name)),
				"rename one of the two queues"))
		}
	}
	return l
}

func finding(code string, at model.Position, message, next string) diag.Diagnostic {
	return diag.Diagnostic{Code: code, File: at.File, Line: at.Line, Column: at.Column, Message: message, Next: next}
}
