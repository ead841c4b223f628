package lambda

import (
	"cmp"
	"context"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// What the local cloud does not act on: recursion and runtime management are
// kept and shown; code signing does not exist.

type codeSigningOutput struct{ FunctionName string }

func (s *Service) getCodeSigning(_ context.Context, c *wire.Call, _ *names.None) (*codeSigningOutput, error) {
	r, err := s.existing(c)
	return &codeSigningOutput{r.Name}, err
}

// existing returns the function that a request names, and that exists.
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

// changeFunction changes a setting that does not affect a function's instances.
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
