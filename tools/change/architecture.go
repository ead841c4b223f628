package change

import (
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/front"
	"github.com/seastack/seastack/tools/artifact"
)

// SetArchitectures sets what functions of the module at root are built for in an
// environment on AWS, as it and their annotations say.
func SetArchitectures(root string, f config.Folders, env config.Environment, functions []artifact.Function) error {
	if env.IsLocal() {
		return nil
	}
	annotated, err := front.Architectures(root, f)
	if err != nil {
		return err
	}
	for i, fn := range functions {
		functions[i].GOARCH = artifact.Lambda(env.ArchitectureOf(fn.Stack, fn.Name, annotated[fn.ID()])).GOARCH
	}
	return nil
}

// setArchitectures is SetArchitectures with the environment as the module's own
// seastack.hcl has it. One that cannot be read, or that has no such environment, is
// a change of its own: the functions are then for the request's target.
func (r Request) setArchitectures(root string, f config.Folders, functions []artifact.Function) error {
	if r.Environment == "" {
		return nil
	}
	c, err := config.Load(root, r.Module)
	if err != nil {
		return nil
	}
	env, err := c.Environment(r.Environment)
	if err != nil {
		return nil
	}
	return SetArchitectures(root, f, env, functions)
}
