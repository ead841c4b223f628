// Package scheduler is the local cloud's EventBridge Scheduler: schedules and
// their groups, and the clock that invokes their targets, which are Lambda
// functions and SQS queues. It reaches both, and IAM, through Deps.
//
// Invocations are at least once, as on AWS: a delivery is stored before it is
// made. It differs from AWS on purpose: a flexible time window is used at its
// start, and a schedule that was due several times while the cloud was not
// running is delivered once.
package scheduler

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Deps are the other services that the scheduler needs.
type Deps struct {
	// Invoke hands an event to a function (or to its alias or version), without
	// waiting for it to run.
	Invoke func(ctx context.Context, functionARN string, payload []byte) error
	// Send puts a message with attributes of the type String on a queue.
	Send func(ctx context.Context, queueARN, body string, attributes map[string]string) error
	// Roles checks the roles of schedules.
	Roles Roles
}

// Roles checks execution roles. IAM implements it.
type Roles interface {
	// CheckTrust returns nil if the service may assume the role on behalf of
	// source.
	CheckTrust(roleARN, service, source string) error
	// Authorize returns nil if p may do action on resource.
	Authorize(p wire.Principal, action, resource string) error
}

// Service holds the schedules. It is safe for concurrent use.
type Service struct {
	env        *wire.Env
	deps       Deps
	groups     store.Collection[group]
	schedules  store.Collection[schedule] // <group>/<name>
	deliveries *delivery.Queue[pending]
	clock      *delivery.Loop
}

// New returns the service on the state in the store. Start starts its clock.
func New(env *wire.Env, deps Deps) (*Service, error) {
	s := &Service{
		env: env, deps: deps,
		groups:    store.In[group](env.Store, "scheduler.groups"),
		schedules: store.In[schedule](env.Store, "scheduler.schedules"),
	}
	s.deliveries = s.newDeliveries()
	s.clock = delivery.NewLoop(env, "scheduler", s.tick)
	_, exists, err := s.groups.Get(defaultGroup)
	if err == nil && !exists {
		now := wire.Seconds(env.Now())
		err = s.groups.Put(defaultGroup, group{Name: defaultGroup, Created: now, Modified: now})
	}
	return s, err
}

// Start starts the clock and returns. Close stops it.
func (s *Service) Start(ctx context.Context) error {
	s.clock.Start(ctx)
	return nil
}

// Close stops the clock and waits for a delivery that is under way.
func (s *Service) Close() error {
	s.clock.Close()
	return nil
}

// Definition describes the service to the wire handler.
func (s *Service) Definition() wire.Service {
	return wire.Service{
		Name: "scheduler", Protocol: wire.RESTJSON, MessageKey: "Message",
		Operations: members.Guard(append(s.scheduleOperations(), s.groupOperations()...), inputs, func(member string) error {
			return errInvalid("%s", members.Unsupported(member))
		}),
	}
}
