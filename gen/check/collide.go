package check

import (
	"fmt"
	"go/token"
	"regexp"
	"slices"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
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
	list := repeated(m.Queues, diag.QueueNameTaken, func(q model.Queue) declared {
		return declared{"queue", q.Name, q.Payload.Name, q.Pos, renameQueue(q)}
	})
	for _, q := range m.Queues {
		i := slices.IndexFunc(m.Queues, func(other model.Queue) bool { return other.Name == names.DeadLetters(q.Name) })
		if i >= 0 {
			other := m.Queues[i]
			list = append(list, diag.New(diag.QueueNameTaken, at(other.Pos), "the queue "+other.Name+" is called as the dead-letter queue of "+q.Name,
				"give it another name", "the other is of "+q.Payload.Name+" at "+at(q.Pos).String()))
		}
	}
	return list
}

// deadLetterNames finds functions whose dead letters would be in a queue that is
// another function's or another queue's.
func deadLetterNames(m model.Model) diag.List {
	var list diag.List
	taken := map[string]string{} // whose the name is
	for _, q := range m.Queues {
		taken[q.Name] = "is the queue of " + q.Payload.Name + " at " + at(q.Pos).String()
		taken[names.DeadLetters(q.Name)] = "is the dead-letter queue of the queue " + q.Name
	}
	each(m, func(s model.Stack, f model.Function) {
		if !use.FunctionDeadLetters(f) {
			return
		}
		name := names.DeadLetters(f.Name)
		if other := taken[name]; other != "" {
			list = append(list, diag.New(diag.QueueNameTaken, at(f.Pos), "the dead letters of "+s.Name+"/"+f.Name+" would be in "+name+", which "+other,
				"give the function another name with //seastack:function name=..., or set deadletters=false"))
			return
		}
		taken[name] = "is that of " + s.Name + "/" + f.Name + " at " + at(f.Pos).String()
	})
	return list
}

// renameQueue says how to give a queue another name.
func renameQueue(q model.Queue) string {
	if q.Subscribed() {
		return "give the handler's function another name with //seastack:function name=..."
	}
	return rename
}

// eventNames finds events of the same name.
func eventNames(m model.Model) diag.List {
	return repeated(m.Events, diag.EventNameTaken, func(e model.Event) declared {
		return declared{"event", e.Name, e.Payload.Name, e.Pos, rename}
	})
}

// secretNames finds secrets of the same name.
func secretNames(m model.Model) diag.List {
	list := repeated(m.Secrets, diag.SecretNameTaken, func(s model.Secret) declared {
		return declared{"secret", s.Name, s.Payload.Name, s.Pos, rename}
	})
	for _, s := range m.Secrets {
		for _, store := range names.Stores() {
			if s.Name == store.Secret && use.Reads(m, store.Grant) {
				list = append(list, diag.New(diag.SecretNameTaken, at(s.Pos), "the secret "+s.Name+" is that of "+store.URLs, "give it another name"))
			}
		}
	}
	return list
}

// declared is what a type declares under a name; next says how to give it another.
type declared struct {
	kind, name, payload string
	pos                 model.Position
	next                string
}

const rename = "give one of them another name"

// repeated finds declarations of a name that an earlier one has.
func repeated[T any](all []T, code string, of func(T) declared) diag.List {
	var list diag.List
	first := map[string]declared{}
	for _, one := range all {
		d := of(one)
		if other, taken := first[d.name]; taken {
			list = append(list, diag.New(code, at(d.pos), "a second "+d.kind+" is called "+d.name,
				d.next, "the first is of "+other.payload+" at "+at(other.pos).String()))
			continue
		}
		first[d.name] = d
	}
	return list
}

func consumers(m model.Model) diag.List {
	var list diag.List
	first := map[string]model.Function{}
	each(m, func(_ model.Stack, f model.Function) {
		if f.Trigger.Queue == nil || f.Trigger.Kind != model.QueueTrigger {
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
