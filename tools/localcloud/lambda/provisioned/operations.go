package provisioned

import (
	"context"
	"net/http"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/listing"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// config is a configuration as it is stored.
type config struct {
	FunctionArn                              string `json:",omitempty"`
	RequestedProvisionedConcurrentExecutions int
	AvailableProvisionedConcurrentExecutions int
	AllocatedProvisionedConcurrentExecutions int
	Status                                   string
	LastModified                             string
}

type putProvisionedInput struct{ ProvisionedConcurrentExecutions *int }

func (cs *Configs) putProvisioned(_ context.Context, c *wire.Call, in *putProvisionedInput) (*config, error) {
	r, err := cs.existing(c)
	if err != nil {
		return nil, err
	}
	var v apierror.Violations
	n := optional.Or(in.ProvisionedConcurrentExecutions, 0)
	v.Between(&n, "provisionedConcurrentExecutions", 1, AccountConcurrency)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if r.Qualifier == "" || r.Qualifier == names.Latest {
		return nil, apierror.Invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
	}
	p := config{
		RequestedProvisionedConcurrentExecutions: n, AvailableProvisionedConcurrentExecutions: n,
		AllocatedProvisionedConcurrentExecutions: n, Status: "READY", LastModified: names.Time(cs.env.Now()),
	}
	return &p, cs.configs.Put(r.Key(), p)
}

func (cs *Configs) getProvisioned(_ context.Context, c *wire.Call) (any, error) {
	r, err := cs.existing(c)
	if err != nil {
		return nil, err
	}
	if c.Query.Get("List") == "ALL" {
		return cs.listProvisioned(c, r)
	}
	p, ok, err := cs.configs.Get(r.Key())
	if err == nil && !ok {
		err = apierror.User(http.StatusNotFound, "ProvisionedConcurrencyConfigNotFoundException",
			"No Provisioned Concurrency Config found for this function")
	}
	return &p, err
}

type listProvisionedOutput struct {
	ProvisionedConcurrencyConfigs []config
	NextMarker                    *string `json:",omitempty"`
}

func (cs *Configs) listProvisioned(c *wire.Call, r names.Reference) (any, error) {
	var all []config
	err := cs.env.Store.View(func(tx *store.Tx) error {
		return cs.configs.EachTx(tx, names.Prefix(r.Name), func(key string, p config) (bool, error) {
			p.FunctionArn = cs.names.ARN(names.Reference{Name: r.Name, Qualifier: key[len(names.Prefix(r.Name)):]})
			all = append(all, p)
			return true, nil
		})
	})
	if err != nil {
		return nil, err
	}
	out := &listProvisionedOutput{}
	out.ProvisionedConcurrencyConfigs, out.NextMarker, err = listing.Page(c, all, listing.MaxConfigs)
	return out, err
}

func (cs *Configs) deleteProvisioned(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	r, err := cs.existing(c)
	if err != nil {
		return nil, err
	}
	return nil, cs.configs.Delete(r.Key())
}
