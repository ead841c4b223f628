package check

import (
	"fmt"
	"go/token"
	"regexp"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

func at(p model.Position) token.Position {
	return token.Position{Filename: p.File, Line: p.Line, Column: p.Column}
}

var (
	greedy   = regexp.MustCompile(`\{[^}]*\+\}`)
	variable = regexp.MustCompile(`\{[^}+]*\}`)
)

// routes finds requests for which API Gateway could choose either of two
// functions. The names of variables do not matter to it. All stacks share one
// API. ANY beside a method is no collision: the method goes first.
func routes(m model.Model) diag.List {
	var list diag.List
	first := map[string]model.Function{}
	each(m, func(_ model.Stack, f model.Function) {
		h := f.Trigger.HTTP
		if h == nil {
			return
		}
		shape := h.Method + " " + variable.ReplaceAllString(greedy.ReplaceAllString(h.Path, "{+}"), "{}")
		other, taken := first[shape]
		if !taken {
			first[shape] = f
			return
		}
		list = append(list, diag.New(diag.RoutesCollide, at(f.Pos),
			fmt.Sprintf("%s collides with %s: API Gateway cannot tell such requests apart", h.Route(), other.Trigger.HTTP.Route()),
			"change the method or the path of one", "the other handler is "+label(other)))
	})
	return list
}

func label(f model.Function) string { return fmt.Sprintf("%s (%s)", f.Name, at(f.Pos)) }

// functionNames finds functions of the same name, and those whose names or
// roles on AWS would be the same although their own names differ: the function
// a-b of a stack c, and b of a stack c-a.
func functionNames(m model.Model) diag.List {
	var list diag.List
	first := map[string]owner{}
	each(m, func(s model.Stack, f model.Function) {
		for _, name := range onAWS(s, f) {
			other, taken := first[name]
			switch {
			case !taken:
				first[name] = owner{s, f}
			case other.stack.Name == s.Name && other.function.Name == f.Name:
				list = append(list, diag.New(diag.DuplicateFunction, at(f.Pos), "a second function of the stack "+s.Name+" is called "+f.Name,
					"give it another name, as in //seastack:function name="+f.Name+"-2", "the first is at "+at(other.function.Pos).String()))
				return
			default:
				list = append(list, diag.New(diag.DuplicateFunction, at(f.Pos), "something of "+s.Name+"/"+f.Name+" would be called ...-"+name+" on AWS, as would something of "+other.stack.Name+"/"+other.function.Name,
					"give one of them another name with //seastack:function name=...", "the other is at "+at(other.function.Pos).String()))
			}
		}
	})
	return list
}

type owner struct {
	stack    model.Stack
	function model.Function
}

// onAWS returns the names of a function and of its roles, without the prefix that
// all stacks share.
func onAWS(s model.Stack, f model.Function) []string {
	all := []string{s.Name + "-" + f.Name}
	if f.Trigger.Kind == model.ScheduleTrigger {
		all = append(all, s.Name+"-"+names.ScheduleRole(f.Name))
	}
	return all
}

// queueNames finds queues of the same name, and a queue that is called as
// another's dead-letter queue.
func queueNames(m model.Model) diag.List {
	var list diag.List
	first := map[string]model.Queue{}
	for _, q := range m.Queues {
		if other, taken := first[q.Name]; taken {
			list = append(list, diag.New(diag.QueueNameTaken, at(q.Pos), "a second queue is called "+q.Name,
				renameQueue(q), "the first is of "+other.Payload.Name+" at "+at(other.Pos).String()))
			continue
		}
		first[q.Name] = q
	}
	for _, q := range m.Queues {
		if other, taken := first[names.DeadLetters(q.Name)]; taken {
			list = append(list, diag.New(diag.QueueNameTaken, at(other.Pos), "the queue "+other.Name+" is called as the dead-letter queue of "+q.Name,
				"give it another name", "the other is of "+q.Payload.Name+" at "+at(q.Pos).String()))
		}
	}
	return list
}

// renameQueue says how to give a queue another name.
func renameQueue(q model.Queue) string {
	if q.Event != nil {
		return "give the handler's function another name with //seastack:function name=..."
	}
	return "give one of them another name"
}

// eventNames finds events of the same name.
func eventNames(m model.Model) diag.List {
	var list diag.List
	first := map[string]model.Event{}
	for _, e := range m.Events {
		if other, taken := first[e.Name]; taken {
			list = append(list, diag.New(diag.EventNameTaken, at(e.Pos), "a second event is called "+e.Name,
				"give one of them another name", "the first is of "+other.Payload.Name+" at "+at(other.Pos).String()))
			continue
		}
		first[e.Name] = e
	}
	return list
}

// secretNames finds secrets of the same name.
func secretNames(m model.Model) diag.List {
	var list diag.List
	first := map[string]model.Secret{}
	for _, s := range m.Secrets {
		if other, taken := first[s.Name]; taken {
			list = append(list, diag.New(diag.SecretNameTaken, at(s.Pos), "a second secret is called "+s.Name,
				"give one of them another name", "the first is of "+other.Payload.Name+" at "+at(other.Pos).String()))
			continue
		}
		first[s.Name] = s
	}
	return list
}

func consumers(m model.Model) diag.List {
	var list diag.List
	first := map[string]model.Function{}
	each(m, func(_ model.Stack, f model.Function) {
		if f.Trigger.Queue == nil || f.Trigger.Event != nil {
			return
		}
		queue := f.Trigger.Queue.Queue
		if other, taken := first[queue]; taken {
			list = append(list, diag.New(diag.TwoConsumers, at(f.Pos), f.Name+" is a second consumer of the queue "+queue+": each message would go to one of them at random",
				"keep one consumer; for two effects, send to two queues", "the other is "+label(other)))
			return
		}
		first[queue] = f
	})
	return list
}
