package ssm

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type deleteInput struct{ Name string }

type empty struct{}

func (s *Service) deleteParameter(_ context.Context, _ *wire.Call, in *deleteInput) (*empty, error) {
	return nil, s.env.Store.Update(func(tx *store.Tx) error { return s.remove(tx, in.Name) })
}

func (s *Service) remove(tx *store.Tx, name string) error {
	p, err := s.find(tx, name)
	if err != nil {
		return err
	}
	return s.parameters.DeleteTx(tx, p.Name)
}

type deleteParametersOutput struct{ DeletedParameters, InvalidParameters []string }

func (s *Service) deleteParameters(_ context.Context, _ *wire.Call, in *namesInput) (*deleteParametersOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	out := &deleteParametersOutput{DeletedParameters: []string{}, InvalidParameters: []string{}}
	return out, s.env.Store.Update(func(tx *store.Tx) error {
		for _, name := range in.Names {
			if s.remove(tx, name) == nil {
				out.DeletedParameters = append(out.DeletedParameters, name)
			} else {
				out.InvalidParameters = append(out.InvalidParameters, name)
			}
		}
		return nil
	})
}
