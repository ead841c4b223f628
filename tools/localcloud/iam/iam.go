// Package iam is AWS IAM for one account: roles, policies, and the authorization
// of requests. It also keeps the sessions of roles, for STS and for the services
// that assume roles. It knows nothing of the services whose actions it
// authorizes.
package iam

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// namespace is the xmlns of IAM's answers.
const namespace = "https://iam.amazonaws.com/doc/2010-05-08/"

// Service is IAM.
type Service struct {
	env      *wire.Env
	roles    store.Collection[role]    // by role's name, in lower case: names differ by more than case
	policies store.Collection[managed] // customer-managed policies, by ARN
	sessions *sessions
	grants   *grants
	readTags func(arn string) (map[string]string, error) // of other services' resources; may be nil

	readPolicy func(arn string) (string, error) // of other services' resources; may be nil
	parsed     parsedPolicies
}

var _ wire.Authority = (*Service)(nil)

// New returns IAM on the state in the environment's store.
func New(env *wire.Env) (*Service, error) {
	sessions, err := newSessions(env)
	if err != nil {
		return nil, err
	}
	return &Service{
		env:      env,
		roles:    store.In[role](env.Store, "iam/roles"),
		policies: store.In[managed](env.Store, "iam/policies"),
		sessions: sessions,
		grants:   store.NewCache[string, grant](),
	}, nil
}

// Definition describes IAM to the router.
func (s *Service) Definition() wire.Service {
	var all []wire.Operation
	all = append(all, s.roleOperations()...)
	all = append(all, s.inlineOperations()...)
	all = append(all, s.policyOperations()...)
	all = append(all, s.versionOperations()...)
	all = append(all, s.attachmentOperations()...)
	all = append(all, s.tagOperations()...)
	all = append(all, s.accountOperations()...)
	return wire.Service{Name: "iam", Protocol: wire.Query, Global: true, Namespace: namespace, Operations: all}
}

// empty is the output of operations without one.
type empty struct{}

// operation returns an operation of IAM; resource returns the ARN that it is
// authorized for.
func operation[In, Out any](
	name string, resource func(*wire.Call) string, handle func(*In) (*Out, error),
) wire.Operation {
	f := func(_ context.Context, _ *wire.Call, in *In) (*Out, error) { return handle(in) }
	return wire.Operation{Name: name, Resource: resource, Handle: wire.TypedForm(f)}
}

// update runs f in a transaction and clears what was derived from the state
// before.
func (s *Service) update(f func(*store.Tx) error) error {
	defer s.grants.Forget()
	return s.env.Store.Update(f)
}
