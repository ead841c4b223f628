// Package provisioned keeps the provisioned concurrency of versions and aliases,
// and shows it. Instances are not started ahead for it: a start takes
// milliseconds here.
package provisioned

import (
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// AccountConcurrency is the most invocations that may run at once in an account.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
const AccountConcurrency = 1000

// Functions are the functions that may have provisioned concurrency.
type Functions interface {
	// CheckTx returns AWS's error if there is no such function, version or alias.
	CheckTx(tx *store.Tx, r names.Reference) error
}

// Configs are the configurations of all functions.
type Configs struct {
	env       *wire.Env
	names     names.Names
	functions Functions
	configs   store.Collection[config] // by names.Reference
}

// New returns the configurations in env's store.
func New(env *wire.Env, functions Functions) *Configs {
	return &Configs{
		env: env, names: names.New(env), functions: functions,
		configs: store.In[config](env.Store, "lambda/provisioned-concurrency"),
	}
}

// Operations returns the operations of Lambda's API on provisioned concurrency.
func (cs *Configs) Operations() []wire.Operation {
	const path = "/2019-09-30/functions/{FunctionName}/provisioned-concurrency"
	return []wire.Operation{
		{
			Name: "GetProvisionedConcurrencyConfig", Method: "GET", Path: path, // and List..., by its query
			Resource: cs.names.Resource, Handle: cs.getProvisioned,
		},
		names.Operation(cs.names, "PutProvisionedConcurrencyConfig", "PUT", path, 202, cs.putProvisioned),
		names.Operation(cs.names, "DeleteProvisionedConcurrencyConfig", "DELETE", path, 204, cs.deleteProvisioned),
	}
}

// DeleteTx removes the configuration of a version or an alias.
func (cs *Configs) DeleteTx(tx *store.Tx, r names.Reference) error {
	return cs.configs.DeleteTx(tx, r.Key())
}

// DeleteFunctionTx removes all configurations of a function.
func (cs *Configs) DeleteFunctionTx(tx *store.Tx, name string) error {
	return cs.configs.DeleteAllTx(tx, names.Prefix(name))
}

// existing returns the function that a request names, and that exists.
func (cs *Configs) existing(c *wire.Call) (names.Reference, error) {
	r, err := cs.names.Target(c)
	if err != nil {
		return r, err
	}
	return r, cs.env.Store.View(func(tx *store.Tx) error { return cs.functions.CheckTx(tx, r) })
}
