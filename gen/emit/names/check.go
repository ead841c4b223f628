package names

import (
	"fmt"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
)

// maxRole is the longest name of an IAM role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxRole = 64

// Check reports the names that generated files make up and that AWS or Terraform
// would refuse: schedules' roles that are too long, and roles and dead-letter
// queues that meet another's name. The error is a diag.List.
func Check(m model.Model, c config.Config) error {
	var l diag.List
	for _, s := range m.Stacks {
		l = append(l, checkRoles(m.Project, s, c.Environments)...)
	}
	return append(l, checkQueues(m.Queues)...).Err()
}

func checkRoles(project string, s model.Stack, environments []config.Environment) (l diag.List) {
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
		l = append(l, checkLength(project, s.Name, role, f.Pos, environments)...)
	}
	return l
}

// checkLength reports the first environment in which a role's name is too long.
func checkLength(project, stack, role string, pos model.Position, environments []config.Environment) diag.List {
	for _, e := range environments {
		name := strings.Join([]string{project, e.Name, stack, role}, "-")
		if len(name) > maxRole {
			return diag.List{finding(diag.NameTooLong, pos,
				fmt.Sprintf("the role %s of the schedule has %d characters; IAM takes %d", name, len(name), maxRole),
				"give the function a shorter name with //seastack:function name=...")}
		}
	}
	return nil
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
