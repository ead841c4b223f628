package lambda

import (
	"cmp"
	"context"
	"net/http"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/listing"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// What the local cloud keeps and shows, but does not act on: code signing,
// runtime management, recursion and provisioned concurrency.

type codeSigningOutput struct{ FunctionName string }

func (s *Service) getCodeSigning(_ context.Context, c *wire.Call, _ *names.None) (*codeSigningOutput, error) {
	r, err := s.existing(c)
	return &codeSigningOutput{r.Name}, err
}

// existing reads the function that a request is about, and that exists.
func (s *Service) existing(c *wire.Call) (names.Reference, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return r, err
	}
	return r, s.env.Store.View(func(tx *store.Tx) error {
		_, _, err := s.versionTx(tx, r)
		return err
	})
}

func (s *Service) missingURL(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	if _, err := s.existing(c); err != nil {
		return nil, err
	}
	return nil, apierror.NoSuchResource()
}

type listURLsOutput struct {
	FunctionUrlConfigs []struct{}
	NextMarker         *string `json:",omitempty"`
}

func (s *Service) listURLs(_ context.Context, c *wire.Call, _ *names.None) (out *listURLsOutput, err error) {
	if _, err := s.existing(c); err != nil {
		return nil, err
	}
	out = &listURLsOutput{}
	out.FunctionUrlConfigs, out.NextMarker, err = listing.Page[struct{}](c, nil, listing.MaxConfigs)
	return out, err
}

type recursionBody struct{ RecursiveLoop string }

func (s *Service) getRecursion(_ context.Context, c *wire.Call, _ *names.None) (*recursionBody, error) {
	r, err := s.existing(c)
	if err != nil {
		return nil, err
	}
	f, _, err := s.functions.Get(r.Name)
	return &recursionBody{cmp.Or(f.Recursion, "Terminate")}, err
}

func (s *Service) putRecursion(_ context.Context, c *wire.Call, in *recursionBody) (*recursionBody, error) {
	var v apierror.Violations
	v.OneOf(in.RecursiveLoop, "recursiveLoop", "Allow", "Terminate")
	if err := v.Err(); err != nil {
		return nil, err
	}
	return in, s.changeFunction(c, func(_ names.Reference, f *function) { f.Recursion = in.RecursiveLoop })
}

// changeFunction changes what does not touch a function's instances.
func (s *Service) changeFunction(c *wire.Call, change func(names.Reference, *function)) error {
	r, err := s.names.Target(c)
	if err != nil {
		return err
	}
	return s.update(func(tx *store.Tx) error {
		f, err := s.functionTx(tx, r)
		if err != nil {
			return err
		}
		change(r, &f)
		return s.functions.PutTx(tx, r.Name, f)
	})
}

type runtimeManagement struct {
	UpdateRuntimeOn   string
	FunctionArn       string
	RuntimeVersionArn *string
}

func (s *Service) getRuntimeManagement(_ context.Context, c *wire.Call, _ *names.None) (*runtimeManagement, error) {
	r, err := s.existing(c)
	if err != nil {
		return nil, err
	}
	f, _, err := s.functions.Get(r.Name)
	r = r.Qualified()
	return &runtimeManagement{UpdateRuntimeOn: cmp.Or(f.RuntimeOn[r.Qualifier], "Auto"), FunctionArn: s.names.ARN(r)}, err
}

func (s *Service) putRuntimeManagement(_ context.Context, c *wire.Call, in *runtimeManagement) (*runtimeManagement, error) {
	var v apierror.Violations
	v.OneOf(in.UpdateRuntimeOn, "updateRuntimeOn", "Auto", "FunctionUpdate")
	if err := v.Err(); err != nil {
		return nil, err
	}
	return in, s.changeFunction(c, func(r names.Reference, f *function) {
		if f.RuntimeOn == nil {
			f.RuntimeOn = map[string]string{}
		}
		r = r.Qualified()
		f.RuntimeOn[r.Qualifier] = in.UpdateRuntimeOn
		in.FunctionArn = s.names.ARN(r)
	})
}

// provisioned is what the store keeps of provisioned concurrency. Instances are
// not started ahead for it: a start takes milliseconds here.
type provisioned struct {
	FunctionArn                              string `json:",omitempty"`
	RequestedProvisionedConcurrentExecutions int
	AvailableProvisionedConcurrentExecutions int
	AllocatedProvisionedConcurrentExecutions int
	Status                                   string
	LastModified                             string
}

type putProvisionedInput struct{ ProvisionedConcurrentExecutions *int }

func (s *Service) putProvisioned(_ context.Context, c *wire.Call, in *putProvisionedInput) (*provisioned, error) {
	r, err := s.existing(c)
	if err != nil {
		return nil, err
	}
	var v apierror.Violations
	n := optional.Or(in.ProvisionedConcurrentExecutions, 0)
	v.Between(&n, "provisionedConcurrentExecutions", 1, accountConcurrency)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if r.Qualifier == "" || r.Qualifier == names.Latest {
		return nil, apierror.Invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
	}
	p := provisioned{
		RequestedProvisionedConcurrentExecutions: n, AvailableProvisionedConcurrentExecutions: n,
		AllocatedProvisionedConcurrentExecutions: n, Status: "READY", LastModified: s.lambdaTime(),
	}
	return &p, s.provisioned.Put(r.Key(), p)
}

func (s *Service) getProvisioned(_ context.Context, c *wire.Call) (any, error) {
	r, err := s.existing(c)
	if err != nil {
		return nil, err
	}
	if c.Query.Get("List") == "ALL" {
		return s.listProvisioned(c, r)
	}
	p, ok, err := s.provisioned.Get(r.Key())
	if err == nil && !ok {
		err = apierror.User(http.StatusNotFound, "ProvisionedConcurrencyConfigNotFoundException",
			"No Provisioned Concurrency Config found for this function")
	}
	return &p, err
}

type listProvisionedOutput struct {
	ProvisionedConcurrencyConfigs []provisioned
	NextMarker                    *string `json:",omitempty"`
}

func (s *Service) listProvisioned(c *wire.Call, r names.Reference) (any, error) {
	var all []provisioned
	err := s.env.Store.View(func(tx *store.Tx) error {
		return s.provisioned.EachTx(tx, r.Name+":", func(key string, p provisioned) (bool, error) {
			p.FunctionArn = s.names.ARN(names.Reference{Name: r.Name, Qualifier: key[len(r.Name)+1:]})
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

func (s *Service) deleteProvisioned(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	r, err := s.existing(c)
	if err != nil {
		return nil, err
	}
	return nil, s.provisioned.Delete(r.Key())
}
