// Package secretsmanager is AWS Secrets Manager: secrets, their versions and
// the stages of those, and resource policies. It has no rotation and no replicas.
package secretsmanager

import (
	"strings"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Service is Secrets Manager.
type Service struct {
	env     *wire.Env
	secrets store.Collection[secret] // by name
}

// New returns Secrets Manager on the state in the environment's store.
func New(env *wire.Env) (*Service, error) {
	s := &Service{env: env, secrets: store.In[secret](env.Store, "secretsmanager/secrets")}
	return s, s.purge()
}

// purge deletes the secrets whose recovery window is over.
func (s *Service) purge() error {
	all, err := s.secrets.List("")
	for _, one := range all {
		if err == nil && one.gone(s.env.Now()) {
			err = s.secrets.Delete(one.Name)
		}
	}
	return err
}

// Definition describes the service to the router.
func (s *Service) Definition() wire.Service {
	on := s.resource
	return wire.Service{
		Name: "secretsmanager", Protocol: wire.JSON, TargetPrefix: "secretsmanager", MessageKey: "Message", Policy: s.policyOf,
		Operations: members.Guard([]wire.Operation{
			{Name: "CreateSecret", Resource: s.newResource, Handle: wire.Typed(s.createSecret)},
			{Name: "DescribeSecret", Resource: on, Handle: wire.Typed(s.describeSecret)},
			{Name: "ListSecrets", Handle: wire.Typed(s.listSecrets)},
			{Name: "UpdateSecret", Resource: on, Handle: wire.Typed(s.updateSecret)},
			{Name: "DeleteSecret", Resource: on, Handle: wire.Typed(s.deleteSecret)},
			{Name: "RestoreSecret", Resource: on, Handle: wire.Typed(s.restoreSecret)},
			{Name: "GetSecretValue", Resource: on, Handle: wire.Typed(s.getSecretValue)},
			{Name: "PutSecretValue", Resource: on, Handle: wire.Typed(s.putSecretValue)},
			{Name: "ListSecretVersionIds", Resource: on, Handle: wire.Typed(s.listVersions)},
			{Name: "UpdateSecretVersionStage", Resource: on, Handle: wire.Typed(s.updateStage)},
			{Name: "TagResource", Resource: on, Handle: wire.Typed(s.tagResource)},
			{Name: "UntagResource", Resource: on, Handle: wire.Typed(s.untagResource)},
			{Name: "GetResourcePolicy", Resource: on, Handle: wire.Typed(s.getResourcePolicy)},
			{Name: "PutResourcePolicy", SetsPolicy: true, Resource: on, Handle: wire.Typed(s.putResourcePolicy)},
			{Name: "DeleteResourcePolicy", SetsPolicy: true, Resource: on, Handle: wire.Typed(s.deleteResourcePolicy)},
		}, inputs, func(member string) error { return invalid("%s", members.Unsupported(member)) }),
	}
}

// resource returns the ARN of the secret that a call names.
func (s *Service) resource(c *wire.Call) string {
	id := wire.Peek[struct{ SecretId string }](c).SecretId
	if found, ok, err := s.secrets.Get(s.name(id)); ok && err == nil {
		return found.ARN
	}
	if strings.HasPrefix(id, "arn:") {
		return id
	}
	return s.arn(id)
}

func (s *Service) newResource(c *wire.Call) string {
	return s.arn(wire.Peek[struct{ Name string }](c).Name)
}

func (s *Service) arn(suffixed string) string { return s.env.ARN("secretsmanager", "secret:"+suffixed) }
