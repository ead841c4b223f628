// Package eventsource is Lambda's event source mappings: it keeps those of SQS
// queues, and runs a poller for each that is enabled. Of functions and queues it
// knows only the small interfaces in Deps.
package eventsource

import (
	"cmp"
	"context"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/poller"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Deps are the parts of the local cloud that mappings need.
type Deps struct {
	Functions Functions
	Queues    Queues // nil: there are none
	// Authorize returns an error if an execution role does not allow an action.
	// session is the name of the role's session.
	Authorize  func(role, session, action, resource string) error
	MaxPayload int // of an invocation, in bytes
}

// Functions are the functions that mappings invoke.
type Functions interface {
	// Find returns AWS's error if there is no such function, version or alias.
	Find(r names.Reference) (Function, error)
	// Invoke returns an error that is poller.ErrStopped when the local cloud stops.
	Invoke(ctx context.Context, functionARN string, payload []byte) (poller.Answer, error)
}

// Function holds what a mapping needs to know of its function.
type Function struct {
	Role    string
	Timeout time.Duration
}

// Queues are queues by their ARN. A queue that does not exist is a *wire.Error.
type Queues interface {
	// Receive waits for the first message for at most wait, and returns at most
	// max.
	Receive(ctx context.Context, queueARN string, max int, wait time.Duration) ([]poller.Message, error)
	Delete(queueARN string, receiptHandles ...string) error
	ChangeVisibility(queueARN string, timeout time.Duration, receiptHandles ...string) error
	// Attributes returns the attributes that GetQueueAttributes returns for All.
	Attributes(queueARN string) (map[string]string, error)
}

// Mappings are the event source mappings of an account. They run between Start
// and Stop.
type Mappings struct {
	env      *wire.Env
	names    names.Names
	deps     Deps
	mappings store.Collection[mapping] // by UUID
	pollers  *pollers
}

// New returns the mappings in env's store.
func New(env *wire.Env, d Deps) *Mappings {
	return &Mappings{
		env: env, names: names.New(env), deps: d, pollers: newPollers(),
		mappings: store.In[mapping](env.Store, "lambda/event-source-mappings"),
	}
}

// Operations returns the operations of Lambda's API on mappings.
func (ms *Mappings) Operations() []wire.Operation {
	const (
		all = "/2015-03-31/event-source-mappings"
		one = all + "/{UUID}"
	)
	return []wire.Operation{
		names.Operation(ms.names, "CreateEventSourceMapping", "POST", all, 202, ms.createMapping),
		names.Operation(ms.names, "ListEventSourceMappings", "GET", all, 200, ms.listMappings),
		ms.onMapping(names.Operation(ms.names, "GetEventSourceMapping", "GET", one, 200, ms.getMapping)),
		ms.onMapping(names.Operation(ms.names, "UpdateEventSourceMapping", "PUT", one, 202, ms.updateMapping)),
		ms.onMapping(names.Operation(ms.names, "DeleteEventSourceMapping", "DELETE", one, 202, ms.deleteMapping)),
	}
}

// onMapping returns op with the mapping that its path names as its resource.
func (ms *Mappings) onMapping(op wire.Operation) wire.Operation {
	op.Resource = func(c *wire.Call) string { return ms.names.MappingARN(c.Path["UUID"]) }
	return op
}

// TagsTx calls f with the tags of a mapping, and stores them if f returns true.
func (ms *Mappings) TagsTx(tx *store.Tx, uuid string, f func(map[string]string) bool) error {
	m, ok, err := ms.mappings.GetTx(tx, uuid)
	if err != nil || !ok {
		return cmp.Or[error](err, apierror.NoSuchResource())
	}
	if m.Tags == nil {
		m.Tags = map[string]string{}
	}
	if f(m.Tags) {
		return ms.mappings.PutTx(tx, uuid, m)
	}
	return nil
}
