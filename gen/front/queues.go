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
	defaultBatch     = 10 // messages: Lambda's own default
	defaultRetries   = 5  // receives: AWS asks for 5 at least with Lambda
	secondsADay      = 86_400
	defaultRetention = 4 * secondsADay // SQS's own default
	minVisibility    = 30              // seconds: SQS's own default
)

// collectTypes finds all types of messages, events, secrets, buckets and
// configurations, before any handle asks for one.
func (b *builder) collectTypes() {
	b.declared = resolve.Declared{"queue": {}, "event": {}, "secret": {}, "bucket": {}, "config": {}}
	for _, p := range b.module.Packages {
		for _, d := range p.Declarations {
			if d.Place != annotation.OnType {
				continue
			}
			for _, a := range d.Annotations {
				b.payload(p, d, a)
			}
		}
	}
}

// payload adds what one annotation of a type declares.
func (b *builder) payload(p *load.Package, d annotation.Declaration, a annotation.Annotation) {
	if p.Role != load.Service {
		what := "what functions send to one another"
		if a.Verb.Name == "config" {
			what = "what functions are configured by"
		}
		b.add(diag.New(diag.WrongPlace, a.Pos,
			"seastack:"+a.Verb.Name+" stands in "+p.Folder+", but "+what+" belongs to a service",
			"move the type to a package of "+b.config.Folders.Services+", which both ends can import"))
		return
	}
	t, ok := p.TypesInfo.Defs[d.Type.Name].(*types.TypeName)
	if !ok {
		return // Go refuses the declaration, and has said so
	}
	// Both ends of a wrong declaration get no findings of their own.
	names, key := b.declared[a.Verb.Name], resolve.TypeKey(t)
	names[key] = "the " + a.Verb.Name + " of " + t.Name()
	if !b.message(a, t) || a.Broken || p.IllTyped {
		return
	}
	ref, at := model.TypeRef{Package: p.PkgPath, Name: t.Name()}, position(b.module.Position(t.Pos()))
	switch settings := a.Value.(type) {
	case *annotation.Config:
		b.collectConfig(settings, t, ref, at)
	case *annotation.Queue:
		fifo, ok := b.fifo(a, settings, t)
		if !ok {
			return
		}
		names[key] = settings.Name
		b.queues = append(b.queues, model.Queue{
			Name: settings.Name, Payload: ref, FIFO: fifo, Producers: []model.FunctionRef{}, Pos: at,
			Retries: cmp.Or(settings.Retries, defaultRetries), Retention: cmp.Or(int(settings.Retention), defaultRetention),
		})
	case *annotation.Event:
		names[key] = settings.Name
		b.events = append(b.events, model.Event{Name: settings.Name, Payload: ref, Publishers: []model.FunctionRef{}, Pos: at})
	case *annotation.Bucket:
		bucket := model.Bucket{
			Name: settings.Name, Prefix: settings.Prefix, Expire: int(settings.Expire) / secondsADay,
			Payload: ref, Readers: []model.FunctionRef{}, Writers: []model.FunctionRef{}, Pos: at,
		}
		names[key] = bucket.Resource()
		b.buckets = append(b.buckets, bucket)
	case *annotation.Secret:
		names[key] = settings.Name
		b.secrets = append(b.secrets, model.Secret{Name: settings.Name, Payload: ref, Readers: []model.FunctionRef{}, Pos: at})
	}
}

// fifo returns how a FIFO queue is ordered; nil for a standard queue.
func (b *builder) fifo(a annotation.Annotation, settings *annotation.Queue, t *types.TypeName) (*model.FIFO, bool) {
	group, deduplication, problem := signature.Order(t.Type())
	switch {
	case !settings.FIFO && (group != "" || deduplication != ""):
		b.add(diag.New(diag.Contradiction, a.Pos, t.Name()+" has a field tagged "+signature.OrderTag+", but its queue is a standard one, which has no order",
			"add fifo=true, or remove the tag"))
		return nil, false
	case !settings.FIFO:
		return nil, true
	case problem != "":
		b.add(diag.New(diag.BadQueueType, b.module.Position(t.Pos()), t.Name()+" cannot be the message of a FIFO queue: "+problem,
			`tag the field by whose value messages are ordered with queue:"group"`))
		return nil, false
	}
	return &model.FIFO{Group: group, Deduplication: deduplication}, true
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
		message, next = t.Name()+" is generic, and "+an(a.Verb.Name)+" has one type", "declare a type for each"
	case a.Verb.Name != "bucket" && types.IsInterface(named):
		message, next = t.Name()+" is an interface, and nothing says which type a message has", "use a struct"
	}
	if a.Verb.Name == "config" {
		return b.configType(t, message, next)
	}
	if message != "" {
		b.add(diag.New(diag.BadQueueType, at, message, next))
		return false
	}
	if a.Verb.Name == "bucket" {
		return true // the type only names the bucket
	}
	if wrong := signature.JSON(named, signature.Read|signature.Write); wrong != "" {
		b.add(diag.New(diag.NotJSON, at, payloads[a.Verb.Name]+" cannot be JSON: "+wrong,
			`change the type, give it JSON methods, or leave the field out with json:"-"`, "declared as "+an(a.Verb.Name)+" at "+a.Pos.String()))
	}
	return true
}

// payloads are what the types of the verbs hold.
var payloads = map[string]string{"queue": "messages of the queue", "event": "the event's detail", "secret": "the secret"}

// an returns a verb that names a thing with its article.
func an(verb string) string {
	if verb == "event" {
		return "an event"
	}
	return "a " + verb
}

// joinGrants fills in the functions that publish each event, read each secret, and
// read and write each bucket.
func joinGrants(m *model.Model) {
	for i, e := range m.Events {
		m.Events[i].Publishers = granted(*m, model.EventPublishGrant, e.Name)
	}
	for i, s := range m.Secrets {
		m.Secrets[i].Readers = granted(*m, model.SecretReadGrant, s.Name)
	}
	for i, b := range m.Buckets {
		m.Buckets[i].Readers = granted(*m, model.BucketReadGrant, b.Resource())
		m.Buckets[i].Writers = granted(*m, model.BucketWriteGrant, b.Resource())
	}
}

// granted returns the functions that have a grant.
func granted(m model.Model, kind model.GrantKind, resource string) []model.FunctionRef {
	refs := []model.FunctionRef{}
	each(m, func(ref model.FunctionRef, f model.Function) {
		if grants(f, kind, resource) {
			refs = append(refs, ref)
		}
	})
	return refs
}

func grants(f model.Function, kind model.GrantKind, resource string) bool {
	return slices.ContainsFunc(f.Grants, func(g model.Grant) bool { return g.Kind == kind && g.Resource == resource })
}

// joinQueues fills in the functions at the ends of each queue, and the time for
// which a received message stays hidden.
func joinQueues(m *model.Model, cfg config.Config) {
	for i := range m.Queues {
		q := &m.Queues[i]
		q.Visibility = minVisibility
		each(*m, func(ref model.FunctionRef, f model.Function) { join(q, ref, f, longest(cfg, ref.Stack, f)) })
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
	if grants(f, model.QueueSendGrant, q.Name) {
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
