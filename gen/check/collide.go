package check

import (
	"fmt"
	"go/token"
	"regexp"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
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

func functionNames(m model.Model) diag.List {
	var list diag.List
	first := map[string]model.Function{}
	each(m, func(s model.Stack, f model.Function) {
		key := s.Name + "/" + f.Name
		if other, taken := first[key]; taken {
			list = append(list, diag.New(diag.DuplicateFunction, at(f.Pos), "a second function of the stack "+s.Name+" is called "+f.Name,
				"give it another name, as in //seastack:function name="+f.Name+"-2", "the first is at "+at(other.Pos).String()))
			return
		}
		first[key] = f
	})
	return list
}

func queueNames(m model.Model) diag.List {
	var list diag.List
	for i, q := range m.Queues {
		if i > 0 && m.Queues[i-1].Name == q.Name {
			list = append(list, diag.New(diag.QueueNameTaken, at(q.Pos), "a second type declares the queue "+q.Name,
				"give one of them another name", "the first is "+m.Queues[i-1].Payload.Name+" at "+at(m.Queues[i-1].Pos).String()))
		}
	}
	return list
}

func consumers(m model.Model) diag.List {
	var list diag.List
	first := map[string]model.Function{}
	each(m, func(_ model.Stack, f model.Function) {
		if f.Trigger.Queue == nil {
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
