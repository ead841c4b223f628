package front

import (
	"cmp"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
)

// asynchronous sets what becomes of a function's asynchronous invocations. A
// schedule says it itself or leaves it to the function's annotation, and keeps dead
// letters unless it is told not to.
func (b *builder) asynchronous(h *handler, f *model.Function) {
	of := h.settings
	retries, age, letters := of.Retries, of.MaxAge, of.DeadLetters
	switch f.Trigger.Kind {
	case model.InvokeTrigger:
	case model.ScheduleTrigger:
		s := h.trigger.Value.(*annotation.Schedule)
		yes := true
		b.twice(h, "retries", s.Retries != nil && retries != nil)
		b.twice(h, "maxage", s.MaxAge > 0 && age > 0)
		b.twice(h, "deadletters", s.DeadLetters != nil && letters != nil)
		retries, age, letters = cmp.Or(s.Retries, retries), cmp.Or(s.MaxAge, age), cmp.Or(s.DeadLetters, letters, &yes)
	default:
		b.synchronous(h, "retries", retries != nil)
		b.synchronous(h, "maxage", age > 0)
		b.synchronous(h, "deadletters", letters != nil)
		return
	}
	if a := (model.Async{Retries: retries, MaxAge: int(age), DeadLetters: letters != nil && *letters}); a != (model.Async{}) {
		f.Async = &a
	}
}

// twice reports a setting that both annotations of a handler have.
func (b *builder) twice(h *handler, key string, set bool) {
	if set {
		b.add(diag.New(diag.Contradiction, h.trigger.At(key), key+"= is set here and by seastack:function", "keep one of them"))
	}
}

// synchronous reports a setting of asynchronous invocations at a trigger that makes
// none.
func (b *builder) synchronous(h *handler, key string, set bool) {
	if set {
		b.add(diag.New(diag.Contradiction, h.own("function").At(key), key+"= is of asynchronous invocations, and seastack:"+h.trigger.Verb.Name+" makes none",
			"remove "+key+"="))
	}
}

// own returns the handler's annotation with a verb, which is there.
func (h *handler) own(verb string) (found annotation.Annotation) {
	for _, a := range h.decl.Annotations {
		if a.Verb.Name == verb {
			found = a
		}
	}
	return found
}
