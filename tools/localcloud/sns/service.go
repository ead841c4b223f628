// Package sns is the local cloud's SNS: standard topics, and their subscriptions.
// Messages reach SQS queues and Lambda functions, through Deps; those for other
// protocols are logged and not sent. Other services publish with PublishFrom.
//
// Deliveries are at least once, as on AWS: they are stored before Publish answers.
// Messages are not signed: Signature and SigningCertURL are empty.
package sns

import (
	"context"
	"sync"

	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Principal is the principal as which SNS calls functions and queues.
const Principal = "sns.amazonaws.com"

// Deps are the other services that SNS needs.
type Deps struct {
	// Invoke hands an event to a function (or to its alias or version) on behalf of
	// a topic, without waiting for it to run. The function's policy must allow it.
	Invoke func(ctx context.Context, functionARN, topicARN string, payload []byte) error
	// Send puts a message on a queue on behalf of a topic. The queue's policy must
	// allow it.
	Send func(ctx context.Context, queueARN, topicARN, body string, attributes map[string]Attribute) error
	// CheckPolicy returns what is wrong with a topic's policy.
	CheckPolicy func(document string) error
	// Permit returns nil if a topic's policy lets a service publish to the topic on
	// behalf of source, a resource of the topic's owner.
	Permit func(document, service, source, topicARN string) error
}

// Attribute is a message attribute: a DataType of String, String.Array, Number or
// Binary, and the value of that type.
type Attribute struct {
	DataType    string
	StringValue *string `json:",omitempty"`
	BinaryValue []byte  `json:",omitempty"`
}

// Service holds topics and subscriptions. It is safe for concurrent use.
type Service struct {
	env           *wire.Env
	deps          Deps
	topics        store.Collection[topic]        // <name>
	subscriptions store.Collection[subscription] // <topic's name>:<ID>
	deliveries    *delivery.Queue[pending]
	loop          *delivery.Loop // of the deliveries

	mu sync.Mutex // held by what reads and then writes
}

// New returns the service on the state in the store. Start starts its deliveries.
func New(env *wire.Env, deps Deps) (*Service, error) {
	s := &Service{
		env: env, deps: deps,
		topics:        store.In[topic](env.Store, "sns.topics"),
		subscriptions: store.In[subscription](env.Store, "sns.subscriptions"),
	}
	s.deliveries = s.newDeliveries()
	s.loop = delivery.NewLoop(env, "sns", s.deliveries.Round)
	return s, nil
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
	operations := append(s.topicOperations(), s.subscriptionOperations()...)
	operations = append(operations, s.tagOperations()...)
	operations = append(operations, wire.Operation{Name: "Publish", Resource: target, Handle: wire.Typed(s.publish)})
	operations = members.Guard(operations, inputs, func(member string) error {
		return errParameter("%s", members.Unsupported(member))
	})
	for i, op := range operations {
		operations[i].Handle = fromForm(op.Handle)
	}
	return wire.Service{
		Name: "sns", Protocol: wire.Query, Namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
		DeniedCode: "AuthorizationError", Operations: operations,
	}
}

// parameter returns a function that returns a parameter of a call, for its
// authorization.
func parameter(name string) func(*wire.Call) string {
	return func(c *wire.Call) string { return orAll(c.Query.Get(name)) }
}

func orAll(arn string) string {
	if arn == "" {
		return "*"
	}
	return arn
}

func errParameter(format string, args ...any) error {
	return wire.Errorf(400, "InvalidParameter", "Invalid parameter: "+format, args...)
}

func errNotFound(what string) error {
	return wire.Errorf(404, "NotFound", "%s does not exist", what)
}

// empty is the output of an operation that has none.
type empty struct{}
