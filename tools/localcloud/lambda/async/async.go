// Package async runs Lambda's asynchronous invocations: it keeps events until
// their function has handled them, retries those that fail, and sends the
// outcome to destinations and dead-letter queues. It also keeps the event invoke
// configs. Of functions and queues it knows only the small interfaces in Deps.
package async

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// ErrStopped is the error of an invocation that did not end because the local
// cloud stops. The event stays stored, and runs after the next start.
var ErrStopped = errors.New("the local cloud stops")

// Deps are the parts of the local cloud that asynchronous invocations need.
type Deps struct {
	Functions Functions
	Queues    Sender // nil: there are none
	// Authorize returns an error if an execution role does not allow an action.
	// session is the name of the role's session.
	Authorize func(role, session, action, resource string) error
}

// Functions are the functions that are invoked.
type Functions interface {
	// CheckTx returns AWS's error if there is no such function, version or alias.
	CheckTx(tx *store.Tx, r names.Reference) error
	// Find returns AWS's error if there is no such function, version or alias.
	Find(r names.Reference) (Function, error)
	// InvokeAsync invokes the function that is a destination.
	InvokeAsync(ctx context.Context, functionARN string, payload []byte) error
}

// Function is a function as an event needs it.
type Function struct {
	Ref        names.Reference
	Role       string
	DeadLetter string // the ARN of the dead-letter queue, if any
	Disabled   bool   // by a reserved concurrency of zero
	// Invoke runs the function once and waits for its answer. An error means that
	// it did not run: ErrStopped, or it was throttled.
	Invoke func(context.Context, Request) (Result, error)
}

// Request is one invocation.
type Request struct {
	ID, TraceID string
	Payload     []byte
}

// Result is the answer of a function.
type Result struct {
	Payload         []byte
	FunctionError   string // "" if the function succeeded
	ExecutedVersion string
}

// Sender sends messages to queues by their ARN.
type Sender interface {
	// Send puts a message on a queue. The attributes are strings.
	Send(ctx context.Context, queueARN, body string, attributes map[string]string) error
}

// Options are settings in which tests and machines may differ from AWS.
type Options struct {
	Concurrency   int             // the most events that run at once
	RetryDelays   []time.Duration // before the first, second, ... retry
	ThrottleDelay time.Duration   // the first delay of a throttled event; doubled each time
}

// Dispatcher keeps events and runs them when they are due.
type Dispatcher struct {
	env     *wire.Env
	names   names.Names
	deps    Deps
	opt     Options
	events  store.Collection[event]       // by function and ID
	configs store.Collection[eventConfig] // by names.Reference
	queue   *queue
	wg      sync.WaitGroup
}

// New returns a dispatcher of the events in env's store.
func New(env *wire.Env, d Deps, opt Options) *Dispatcher {
	return &Dispatcher{
		env: env, names: names.New(env), deps: d, opt: opt, queue: newQueue(),
		events:  store.In[event](env.Store, "lambda/events"),
		configs: store.In[eventConfig](env.Store, "lambda/event-invoke-configs"),
	}
}

// Operations returns the operations of Lambda's API on event invoke configs.
func (d *Dispatcher) Operations() []wire.Operation {
	const path = "/2019-09-25/functions/{FunctionName}/event-invoke-config"
	return []wire.Operation{
		names.Operation(d.names, "PutFunctionEventInvokeConfig", "PUT", path, 200, d.putEventConfig),
		names.Operation(d.names, "UpdateFunctionEventInvokeConfig", "POST", path, 200, d.updateEventConfig),
		names.Operation(d.names, "GetFunctionEventInvokeConfig", "GET", path, 200, d.getEventConfig),
		names.Operation(d.names, "DeleteFunctionEventInvokeConfig", "DELETE", path, 204, d.deleteEventConfig),
		names.Operation(d.names, "ListFunctionEventInvokeConfigs", "GET", path+"/list", 200, d.listEventConfigs),
	}
}

// Start runs the events, also those of an earlier run, until ctx ends.
func (d *Dispatcher) Start(ctx context.Context) error {
	left, err := d.events.List("")
	if err != nil {
		return err
	}
	for _, e := range left {
		d.queue.add(e)
	}
	d.wg.Go(func() { d.dispatch(ctx) })
	return nil
}

// Wait waits until the events that were running when Start's context ended have
// ended too.
func (d *Dispatcher) Wait() { d.wg.Wait() }

// DeleteTx removes the event invoke config of a version or an alias.
func (d *Dispatcher) DeleteTx(tx *store.Tx, r names.Reference) error {
	return d.configs.DeleteTx(tx, r.Key())
}

// DeleteFunctionTx removes the configs and the events of a function. Forget must
// follow when the transaction is done.
func (d *Dispatcher) DeleteFunctionTx(tx *store.Tx, name string) error {
	return cmp.Or(d.configs.DeleteAllTx(tx, names.Prefix(name)), d.events.DeleteAllTx(tx, names.Prefix(name)))
}

// Forget drops the events of a function that are waiting.
func (d *Dispatcher) Forget(name string) { d.queue.drop(name) }
