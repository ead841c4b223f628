package resourcepolicy

import (
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Functions are the functions that may have a policy.
type Functions interface {
	// CheckTx returns AWS's error if there is no such function, version or alias.
	CheckTx(tx *store.Tx, r names.Reference) error
}

// Policies are the resource policies of all functions.
type Policies struct {
	env       *wire.Env
	names     names.Names
	functions Functions
	policies  store.Collection[policy] // by names.Reference
}

// New returns the policies in env's store.
func New(env *wire.Env, functions Functions) *Policies {
	return &Policies{
		env: env, names: names.New(env), functions: functions,
		policies: store.In[policy](env.Store, "lambda/policies"),
	}
}

// Operations returns the operations of Lambda's API on policies.
func (ps *Policies) Operations() []wire.Operation {
	const path = names.FunctionPath + "/policy"
	return []wire.Operation{
		names.Operation(ps.names, "AddPermission", "POST", path, 201, ps.addPermission),
		names.Operation(ps.names, "GetPolicy", "GET", path, 200, ps.getPolicy),
		names.Operation(ps.names, "RemovePermission", "DELETE", path+"/{StatementId}", 204, ps.removePermission),
	}
}

// DeleteTx removes the policy of a version or an alias.
func (ps *Policies) DeleteTx(tx *store.Tx, r names.Reference) error {
	return ps.policies.DeleteTx(tx, r.Key())
}

// DeleteFunctionTx removes all policies of a function.
func (ps *Policies) DeleteFunctionTx(tx *store.Tx, name string) error {
	return ps.policies.DeleteAllTx(tx, names.Prefix(name))
}
