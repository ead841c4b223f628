// Package events is the local cloud's EventBridge: buses, rules with patterns, and
// their targets, which are Lambda functions and SQS queues. It reaches both, and
// IAM, through Deps. Schedules are another service's.
//
// Deliveries are at least once, as on AWS: they are stored before PutEvents
// answers.
package events

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Principal is the principal as which EventBridge calls functions and queues.
const Principal = "events.amazonaws.com"

// Deps are the other services that EventBridge needs.
type Deps struct {
	// Invoke hands an event to a function (or to its alias or version) on behalf of
	// a rule, without waiting for it to run. The function's policy must allow it.
	Invoke func(ctx context.Context, functionARN, ruleARN string, payload []byte) error
	// Send puts a message with attributes of the type String on a queue on behalf of
	// a rule. The queue's policy must allow it.
	Send func(ctx context.Context, queueARN, ruleARN, body string, attributes map[string]string) error
	// Authorize returns nil if p may do action on resource, given condition keys in
	// lower case.
	Authorize func(p wire.Principal, action, resource string, keys map[string][]string) error
}

// Service holds buses and rules. It is safe for concurrent use.
type Service struct {
	env        *wire.Env
	deps       Deps
	buses      store.Collection[bus]
	rules      store.Collection[rule] // <bus>/<name>
	deliveries *delivery.Queue[pending]
	loop       *delivery.Loop // of the deliveries
}

// New returns the service on the state in the store. Start starts its deliveries.
func New(env *wire.Env, deps Deps) (*Service, error) {
	s := &Service{
		env: env, deps: deps,
		buses: store.In[bus](env.Store, "events.buses"),
		rules: store.In[rule](env.Store, "events.rules"),
	}
	s.deliveries = s.newDeliveries()
	s.loop = delivery.NewLoop(env, "events", s.deliveries.Round)
	_, exists, err := s.buses.Get(defaultBus)
	if err == nil && !exists {
		now := wire.Seconds(env.Now())
		err = s.buses.Put(defaultBus, bus{Name: defaultBus, Created: now, Modified: now})
	}
	return s, err
}

// Start starts the deliveries and returns. Close stops them.
func (s *Service) Start(ctx context.Context) error {
	s.loop.Start(ctx)
	return nil
}

// Close stops the deliveries and waits for one that is under way.
func (s *Service) Close() error {
	s.loop.Close()
	return nil
}

// Definition describes the service to the wire handler.
func (s *Service) Definition() wire.Service {
	operations := append(s.busOperations(), s.ruleOperations()...)
	operations = append(operations, s.targetOperations()...)
	operations = append(operations,
		wire.Operation{Name: "PutEvents", Free: true, Handle: wire.Typed(s.putEvents)},
		wire.Operation{Name: "TestEventPattern", Handle: wire.Typed(s.testPattern)})
	return wire.Service{
		Name: "events", Protocol: wire.JSON, TargetPrefix: "AWSEvents",
		Operations: members.Guard(append(operations, s.tagOperations()...), inputs, func(member string) error {
			return errInvalid("%s", members.Unsupported(member))
		}),
	}
}

func errInvalid(format string, args ...any) error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

func errNotFound(format string, args ...any) error {
	return wire.Errorf(400, "ResourceNotFoundException", format, args...)
}

// errConstraint returns AWS's error for a value that violates a constraint.
func errConstraint(value any, member, rule string) error {
	return errInvalid("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: %s", value, member, rule)
}
