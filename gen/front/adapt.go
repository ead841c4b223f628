package front

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
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
	if caller := signature.Caller(h.fn.Signature()); caller != nil && f.Trigger.Kind != model.HTTPTrigger {
		b.add(diag.New(diag.CallerUnknown, b.module.Position(h.fn.Pos()),
			h.name+" takes an auth.Caller["+signature.Text(caller)+"], but is not behind a route: "+
				"nobody calls it by HTTP",
			"remove the parameter; a message can say on whose behalf it was sent"))
		return f, false
	}
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
	if f.Trigger.Kind != model.ObjectTrigger && f.Trigger.Kind != model.AuthorizerTrigger {
		f.Example = signature.Example(f.Trigger.Kind, fit.In)
	}
	switch a := h.trigger.Value.(type) {
	case *annotation.HTTP:
		b.adaptHTTP(h, &f, a, fit)
	case *annotation.Consume:
		b.adaptConsume(h, &f, a, fit)
	case *annotation.On:
		b.adaptOn(h, &f, a, fit)
	case *annotation.Object:
		b.adaptObject(h, &f, a, fit)
	case *annotation.Authorizer:
		b.adaptAuthorizer(h, &f, a, fit)
	case *annotation.Schedule:
		f.Trigger.Schedule = &model.Schedule{Expression: a.Expression, Timezone: a.Timezone}
	case *annotation.Stream:
		f.Trigger.Stream = &model.Stream{Auth: cmp.Or(a.Auth, model.IAMAuth)}
	default:
		b.checkJSON(h, "input", fit.In, signature.Read)
		b.checkJSON(h, "result", fit.Out, signature.Write)
	}
	b.asynchronous(h, &f)
	return f, len(b.list) == before
}

func kindOf(trigger annotation.Annotation) model.TriggerKind {
	switch trigger.Value.(type) {
	case *annotation.HTTP:
		return model.HTTPTrigger
	case *annotation.Consume:
		return model.QueueTrigger
	case *annotation.On:
		return model.EventTrigger
	case *annotation.Object:
		return model.ObjectTrigger
	case *annotation.Authorizer:
		return model.AuthorizerTrigger
	case *annotation.Schedule:
		return model.ScheduleTrigger
	case *annotation.Stream:
		return model.StreamTrigger
	}
	return model.InvokeTrigger
}

// plain is a method's signature without its receiver.
func plain(s *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
}

func (b *builder) adaptHTTP(h *handler, f *model.Function, a *annotation.HTTP, fit signature.Fit) {
	f.Trigger.HTTP = &model.HTTP{Method: a.Method, Path: a.Path, Status: a.Status}
	if a.Status == 0 {
		f.Trigger.HTTP.Status = names.Status(fit.Adapter)
	}
	b.authorize(h, f.Trigger.HTTP, a, fit)
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
	queue, declared := b.declaredBy(h, "queue", fit)
	if !declared {
		return
	}
	f.Trigger.Queue = b.subscribe(h, f, fit, model.Consume{
		Queue: queue, Batch: a.Batch, Window: int(a.Window), Concurrency: a.Concurrency,
		Filter: a.Filter, MinPollers: a.MinPollers, MaxPollers: a.MaxPollers,
	})
	i := slices.IndexFunc(b.queues, func(q model.Queue) bool { return q.Name == queue })
	if i >= 0 && b.queues[i].FIFO != nil && a.Window > 0 {
		b.add(diag.New(diag.Contradiction, h.trigger.At("window"), "the queue "+queue+" is a FIFO queue, for which Lambda takes no window and batches of 10 at most",
			"remove window="))
	}
}

// adaptOn subscribes a handler to an event, by a queue of its own. The queue is
// named after the event and the function, without the stack: the function can
// move between stacks, and its events wait where they are.
func (b *builder) adaptOn(h *handler, f *model.Function, a *annotation.On, fit signature.Fit) {
	event, declared := b.declaredBy(h, "event", fit)
	if !declared {
		return
	}
	queue := names.Subscription(event, f.Name)
	f.Trigger.Event = &model.On{Event: event, Filter: a.Filter}
	b.waitIn(h, f, fit, model.Queue{Name: queue, Event: f.Trigger.Event}, a.Keeping, a.Batching)
}

// adaptObject subscribes a handler to the objects of a bucket, as adaptOn does to
// an event.
func (b *builder) adaptObject(h *handler, f *model.Function, a *annotation.Object, fit signature.Fit) {
	resource, declared := b.declaredBy(h, "bucket", fit)
	if !declared {
		return
	}
	bucket, part, _ := strings.Cut(resource, "/")
	if !strings.HasPrefix(cmp.Or(a.Prefix, part), part) {
		b.add(diag.New(diag.Contradiction, h.trigger.At("prefix"), fmt.Sprintf("prefix=%s is not in %s, which %s declares", a.Prefix, resource, signature.Text(fit.In)),
			"begin it with "+part+", or take the type of another part of the bucket"))
	}
	f.Trigger.Object = &model.Objects{Bucket: bucket, What: a.What, Prefix: cmp.Or(a.Prefix, part), Suffix: a.Suffix}
	b.waitIn(h, f, fit, model.Queue{Name: names.Subscription(bucket, f.Name), Object: f.Trigger.Object}, a.Keeping, a.Batching)
}

// waitIn adds the queue of a subscription, and lets the handler consume it.
func (b *builder) waitIn(h *handler, f *model.Function, fit signature.Fit, q model.Queue, k annotation.Keeping, batching annotation.Batching) {
	f.Trigger.Queue = b.subscribe(h, f, fit, model.Consume{
		Queue: q.Name, Batch: batching.Batch, Window: int(batching.Window), Concurrency: batching.Concurrency,
	})
	payload := fit.In.(*types.Named).Obj()
	q.Payload = model.TypeRef{Package: payload.Pkg().Path(), Name: payload.Name()}
	q.Retries, q.Retention = cmp.Or(k.Retries, defaultRetries), cmp.Or(int(k.Retention), defaultRetention)
	q.Producers, q.Pos = []model.FunctionRef{}, f.Pos
	b.queues = append(b.queues, q)
}

// declaredBy returns the name of what the type that a handler takes declares.
func (b *builder) declaredBy(h *handler, verb string, fit signature.Fit) (string, bool) {
	t := fit.In.(*types.Named)
	name, ok := b.declared[verb][resolve.TypeKey(t.Obj())]
	if !ok {
		b.add(diag.New(resolve.Undeclared(verb), b.module.Position(h.fn.Pos()), fmt.Sprintf("%s takes %s, which declares no %s", h.name, signature.Text(t), verb),
			resolve.UndeclaredNext(verb, t)))
	}
	return name, ok
}

// subscribe checks a function's subscription to a queue, and grants it.
func (b *builder) subscribe(h *handler, f *model.Function, fit signature.Fit, c model.Consume) *model.Consume {
	if reserved := h.settings.Concurrency; reserved > 0 && c.Concurrency > reserved {
		b.add(diag.New(diag.Contradiction, h.trigger.At("concurrency"), fmt.Sprintf("the queue may start %d invocations at once, but the function has %d reserved", c.Concurrency, reserved),
			"raise concurrency= of seastack:function, or lower it here"))
	}
	c.Batch = cmp.Or(c.Batch, defaultBatch)
	f.Grants = []model.Grant{{Kind: model.QueueConsumeGrant, Resource: c.Queue, Chain: []string{h.name, signature.Text(fit.In)}}}
	return &c
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
