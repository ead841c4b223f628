package front

import (
	"cmp"
	"go/types"
	"slices"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/resolve"
	"github.com/seastack/seastack/gen/signature"
)

const (
	defaultBatch     = 10         // messages: Lambda's own default
	defaultRetries   = 5          // receives: AWS asks for 5 at least with Lambda
	defaultRetention = 4 * 86_400 // seconds: SQS's own default
	minVisibility    = 30         // seconds: SQS's own default
)

// collectQueues finds all message types, before any sender asks for one.
func (b *builder) collectQueues() {
	b.names = map[string]string{}
	for _, p := range b.module.Packages {
		for _, d := range p.Declarations {
			if d.Place == annotation.OnType {
				b.queue(p, d)
			}
		}
	}
}

func (b *builder) queue(p *load.Package, d annotation.Declaration) {
	a := d.Annotations[0]
	if p.Role != load.Service {
		b.add(diag.New(diag.WrongPlace, a.Pos, "seastack:queue stands in "+p.Folder+", but messages belong to a service",
			"move the type to a package of "+b.config.Folders.Services+", which both ends can import"))
		return
	}
	t, ok := p.TypesInfo.Defs[d.Type.Name].(*types.TypeName)
	if !ok {
		return // Go refuses the declaration, and has said so
	}
	// Senders and consumers of a wrong queue get no findings of their own.
	b.names[resolve.QueueKey(t)] = "the queue of " + t.Name()
	if !b.message(a, t) || a.Broken || p.IllTyped {
		return
	}
	settings := a.Value.(*annotation.Queue)
	b.names[resolve.QueueKey(t)] = settings.Name
	b.queues = append(b.queues, model.Queue{
		Name:      settings.Name,
		Payload:   model.TypeRef{Package: p.PkgPath, Name: t.Name()},
		Retries:   cmp.Or(settings.Retries, defaultRetries),
		Retention: cmp.Or(int(settings.Retention), defaultRetention),
		Producers: []model.FunctionRef{},
		Pos:       position(b.module.Position(t.Pos())),
	})
}

// message checks that a type can be named by both ends and travel as JSON.
func (b *builder) message(a annotation.Annotation, t *types.TypeName) bool {
	at := b.module.Position(t.Pos())
	named, isNamed := t.Type().(*types.Named)
	message, next := "", ""
	switch {
	case t.IsAlias() || !isNamed:
		message, next = t.Name()+" is an alias, not a type", "put the annotation on the type itself"
	case !t.Exported():
		message, next = t.Name()+" is not exported, so that neither end can name it", "export it"
	case named.TypeParams().Len() > 0:
		message, next = t.Name()+" is generic, and a queue has one type", "declare a type for each queue"
	case types.IsInterface(named):
		message, next = t.Name()+" is an interface, and nothing says which type a message has", "use a struct"
	}
	if message != "" {
		b.add(diag.New(diag.BadQueueType, at, message, next))
		return false
	}
	if wrong := signature.JSON(named, signature.Read|signature.Write); wrong != "" {
		b.add(diag.New(diag.NotJSON, at, "messages of the queue cannot be JSON: "+wrong,
			`change the type, give it JSON methods, or leave the field out with json:"-"`, "declared as a queue at "+a.Pos.String()))
	}
	return true
}

// joinQueues fills in the functions at the ends of each queue, and the time for
// which a received message stays hidden.
func joinQueues(m *model.Model, cfg config.Config) {
	for i := range m.Queues {
		q := &m.Queues[i]
		q.Visibility = minVisibility
		for _, s := range m.Stacks {
			for _, f := range s.Functions {
				join(q, model.FunctionRef{Stack: s.Name, Function: f.Name}, f, longest(cfg, s.Name, f))
			}
		}
	}
}

// join notes a function that is at one of a queue's ends. AWS asks for a
// visibility timeout of six times the consumer's timeout, plus the batching
// window: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func join(q *model.Queue, ref model.FunctionRef, f model.Function, timeout int) {
	if c := f.Trigger.Queue; c != nil && c.Queue == q.Name && q.Consumer == (model.FunctionRef{}) {
		q.Consumer = ref
		q.Visibility = max(q.Visibility, 6*timeout+c.Window)
	}
	if slices.ContainsFunc(f.Grants, func(g model.Grant) bool { return g.Kind == model.QueueSendGrant && g.Resource == q.Name }) {
		q.Producers = append(q.Producers, ref)
	}
}

// longest is a function's timeout in the environment that allows most.
func longest(cfg config.Config, stack string, f model.Function) int {
	timeout := f.Timeout
	for _, e := range cfg.Environments {
		timeout = max(timeout, e.Timeout(stack, f.Name, f.Timeout))
	}
	return timeout
}
