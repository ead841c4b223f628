// Package ssm is the Parameter Store of AWS Systems Manager: parameters with
// versions and tags. It has no other part of Systems Manager.
package ssm

import (
	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Service is the Parameter Store.
type Service struct {
	env        *wire.Env
	parameters store.Collection[parameter] // by name
}

// New returns the Parameter Store on the state in the environment's store.
func New(env *wire.Env) (*Service, error) {
	return &Service{env: env, parameters: store.In[parameter](env.Store, "ssm/parameters")}, nil
}

// Definition describes the service to the router.
func (s *Service) Definition() wire.Service {
	return wire.Service{
		Name: "ssm", Protocol: wire.JSON, TargetPrefix: "AmazonSSM",
		Operations: members.Guard([]wire.Operation{
			{Name: "PutParameter", Resource: s.named, Handle: wire.Typed(s.putParameter)},
			{Name: "GetParameter", Resource: s.named, Handle: wire.Typed(s.getParameter)},
			{Name: "GetParameters", Resources: s.allNamed, Handle: wire.Typed(s.getParameters)},
			{Name: "GetParametersByPath", Resource: s.path, Handle: wire.Typed(s.getParametersByPath)},
			{Name: "GetParameterHistory", Resource: s.named, Handle: wire.Typed(s.getParameterHistory)},
			{Name: "LabelParameterVersion", Resource: s.named, Handle: wire.Typed(s.label)},
			{Name: "UnlabelParameterVersion", Resource: s.named, Handle: wire.Typed(s.unlabel)},
			{Name: "DescribeParameters", Handle: wire.Typed(s.describeParameters)},
			{Name: "DeleteParameter", Resource: s.named, Handle: wire.Typed(s.deleteParameter)},
			{Name: "DeleteParameters", Resources: s.allNamed, Handle: wire.Typed(s.deleteParameters)},
			{Name: "AddTagsToResource", Resource: s.tagged, Handle: wire.Typed(s.addTags)},
			{Name: "RemoveTagsFromResource", Resource: s.tagged, Handle: wire.Typed(s.removeTags)},
			{Name: "ListTagsForResource", Resource: s.tagged, Handle: wire.Typed(s.listTags)},
		}, inputs, func(member string) error { return invalid("%s", members.Unsupported(member)) }),
	}
}

func (s *Service) named(c *wire.Call) string {
	return s.arn(wire.Peek[struct{ Name string }](c).Name)
}

func (s *Service) allNamed(c *wire.Call) (arns []string) {
	for _, name := range wire.Peek[struct{ Names []string }](c).Names {
		arns = append(arns, s.arn(name))
	}
	return arns
}

func (s *Service) path(c *wire.Call) string {
	return s.arn(wire.Peek[struct{ Path string }](c).Path)
}

func (s *Service) tagged(c *wire.Call) string {
	return s.arn(wire.Peek[struct{ ResourceId string }](c).ResourceId)
}
