package front

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/resolve"
	"github.com/seastack/seastack/gen/signature"
)

// adapt compares a handler with its trigger and returns the function's model
// without its wiring; false when something does not fit.
func (b *builder) adapt(h *handler) (model.Function, bool) {
	f := b.function(h)
	before := len(b.list)
	f.Trigger.Kind = kindOf(h.trigger)
	fit, ok := signature.Match(f.Trigger.Kind, h.fn.Signature())
	if !ok {
		message, details, next := signature.Misfit(f.Trigger.Kind, h.name, plain(h.fn.Signature()))
		b.add(diag.New(diag.WrongSignature, b.module.Position(h.fn.Pos()), message, next, details...))
		return f, false
	}
	if wrong := signature.Event(f.Trigger.Kind, fit); wrong != "" {
		b.add(diag.New(diag.EventType, b.module.Position(h.fn.Pos()), h.name+" "+wrong, signature.EventNext(f.Trigger.Kind)))
		return f, false
	}
	f.Handler.Adapter = fit.Adapter
	switch a := h.trigger.Value.(type) {
	case *annotation.HTTP:
		b.adaptHTTP(h, &f, a, fit)
	case *annotation.Consume:
		b.adaptConsume(h, &f, a, fit)
	case *annotation.Schedule:
		f.Trigger.Schedule = &model.Schedule{Expression: a.Expression, Timezone: a.Timezone}
	default:
		b.checkJSON(h, "input", fit.In, signature.Read)
		b.checkJSON(h, "result", fit.Out, signature.Write)
	}
	return f, len(b.list) == before
}

func kindOf(trigger annotation.Annotation) model.TriggerKind {
	switch trigger.Value.(type) {
	case *annotation.HTTP:
		return model.HTTPTrigger
	case *annotation.Consume:
		return model.QueueTrigger
	case *annotation.Schedule:
		return model.ScheduleTrigger
	}
	return model.InvokeTrigger
}

// plain is a method's signature without its receiver.
func plain(s *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
}

// The statuses of success that each HTTP adapter has unless it is told another;
// a raw handler writes its own.
var statuses = map[string]int{"HTTP": 200, "HTTPOut": 200, "HTTPIn": 204, "HTTPDo": 204}

func (b *builder) adaptHTTP(h *handler, f *model.Function, a *annotation.HTTP, fit signature.Fit) {
	f.Trigger.HTTP = &model.HTTP{Method: a.Method, Path: a.Path, Status: a.Status}
	if a.Status == 0 {
		f.Trigger.HTTP.Status = statuses[fit.Adapter]
	}
	if slices.Contains([]string{"HTTPRaw", "HTTPFunc", "HTTPHandler"}, fit.Adapter) {
		if a.Status != 0 {
			b.add(diag.New(diag.Contradiction, h.trigger.At("status"), "status= is set, but "+h.name+" writes the whole response itself", "remove status="))
		}
		return
	}
	if fit.Out != nil && (a.Status == 204 || a.Status == 205) {
		b.add(diag.New(diag.Contradiction, h.trigger.At("status"), fmt.Sprintf("a response of status %d has no body, but %s returns a %s", a.Status, h.name, signature.Text(fit.Out)),
			"choose another status, or return an error alone"))
	}
	b.checkJSON(h, "result", fit.Out, signature.Write)
	b.bind(h, a, fit)
}

// bind checks the route's variables against the input's fields.
func (b *builder) bind(h *handler, a *annotation.HTTP, fit signature.Fit) {
	unbound := a.Variables()
	input := "an input with a field"
	if fit.In != nil {
		var problems []signature.Problem
		problems, unbound = signature.Input(fit.In, a.Variables())
		for _, p := range problems {
			b.add(diag.New(p.Code, b.place(h, p.Pos), p.Message, p.Next, "input of "+h.name))
		}
		input = "a field in " + signature.Text(fit.In)
	}
	for _, name := range unbound {
		at := h.trigger.At("PATH")
		at.Column += strings.Index(a.Path, "{"+name)
		b.add(diag.New(diag.UnboundVariable, at, fmt.Sprintf("nothing takes the variable %q of the route", name),
			fmt.Sprintf("give %s %s tagged path:%q", h.name, input, name)))
	}
}

func (b *builder) adaptConsume(h *handler, f *model.Function, a *annotation.Consume, fit signature.Fit) {
	t := fit.In.(*types.Named)
	queue, declared := b.names[resolve.QueueKey(t.Obj())]
	if !declared {
		b.add(diag.New(diag.UndeclaredQueue, b.module.Position(h.fn.Pos()), fmt.Sprintf("%s consumes %s, which declares no queue", h.name, signature.Text(t)),
			resolve.UndeclaredNext(t)))
		return
	}
	if reserved := h.settings.Concurrency; reserved > 0 && a.Concurrency > reserved {
		b.add(diag.New(diag.Contradiction, h.trigger.At("concurrency"), fmt.Sprintf("the queue may start %d invocations at once, but the function has %d reserved", a.Concurrency, reserved),
			"raise concurrency= of seastack:function, or lower it here"))
	}
	f.Trigger.Queue = &model.Consume{Queue: queue, Batch: a.Batch, Window: int(a.Window), Concurrency: a.Concurrency}
	if a.Batch == 0 {
		f.Trigger.Queue.Batch = defaultBatch
	}
	f.Grants = []model.Grant{{Kind: model.QueueConsumeGrant, Resource: queue, Chain: []string{h.name, signature.Text(t)}}}
}

// checkJSON checks that an input or a result can be JSON.
func (b *builder) checkJSON(h *handler, what string, t types.Type, d signature.Direction) {
	if t == nil {
		return
	}
	if wrong := signature.JSON(t, d); wrong != "" {
		b.add(diag.New(diag.NotJSON, b.module.Position(h.fn.Pos()), fmt.Sprintf("the %s of %s cannot be JSON: %s", what, h.name, wrong),
			`change the type, give it JSON methods, or leave the field out with json:"-"`))
	}
}
