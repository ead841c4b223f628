package lambda

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type updateCodeInput struct {
	codeInput
	Architectures []string
	Publish       bool
	DryRun        bool
	RevisionId    string
}

func (s *Service) updateFunctionCode(_ context.Context, c *wire.Call, in *updateCodeInput) (*Configuration, error) {
	var v apierror.Violations
	checkArchitectures(&v, in.Architectures)
	if err := v.Err(); err != nil {
		return nil, err
	}
	code, err := s.store(c, in.codeInput)
	if err != nil {
		return nil, err
	}
	return s.change(c, in.RevisionId, changeOptions{publish: in.Publish, dryRun: in.DryRun}, func(v *version) {
		v.setCode(code, in.Architectures)
	})
}

type updateConfigurationInput struct {
	settings
	RevisionId string
}

func (s *Service) updateFunctionConfiguration(_ context.Context, c *wire.Call, in *updateConfigurationInput) (*Configuration, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if in.Role != nil {
		if err := s.checkRole(*in.Role); err != nil {
			return nil, err
		}
	}
	if err := s.checkNewDeadLetter(c, in); err != nil {
		return nil, err
	}
	return s.change(c, in.RevisionId, changeOptions{}, func(v *version) { in.apply(&v.Config) })
}

func (s *Service) checkNewDeadLetter(c *wire.Call, in *updateConfigurationInput) error {
	if in.DeadLetterConfig == nil || in.DeadLetterConfig.TargetArn == "" {
		return nil
	}
	r, err := s.names.Target(c)
	if err != nil {
		return err
	}
	f, ok, err := s.functions.Get(r.Name)
	if err != nil || !ok {
		return err // the change itself reports that
	}
	return s.checkDeadLetter(optional.Or(in.Role, f.Latest.Config.Role), in.DeadLetterConfig)
}

type changeOptions struct{ publish, dryRun bool }

// change changes $LATEST of the function that c names.
func (s *Service) change(c *wire.Call, revision string, opt changeOptions, f func(*version)) (*Configuration, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	r.Qualifier = ""
	var answer, before version
	err = s.update(func(tx *store.Tx) error {
		fn, err := s.functionTx(tx, r)
		if err != nil {
			return err
		}
		if revision != "" && revision != fn.Latest.Config.RevisionId {
			return apierror.StaleRevision()
		}
		before = fn.Latest
		f(&fn.Latest)
		s.touch(&fn.Latest)
		answer = fn.Latest
		if opt.dryRun {
			return nil
		}
		if opt.publish {
			if answer, err = s.publishTx(tx, &fn, nil); err != nil {
				return err
			}
		}
		return s.functions.PutTx(tx, r.Name, fn)
	})
	if err != nil {
		return nil, err
	}
	if before.Build != answer.Build && !opt.dryRun {
		s.fleet.Retire(revisionKey(before))
	}
	return s.updated(answer, r), nil
}

type getFunctionOutput struct {
	Configuration *Configuration
	Code          codeLocation
	Tags          map[string]string  `json:",omitempty"`
	Concurrency   *concurrencyOutput `json:",omitempty"`
}

type codeLocation struct{ RepositoryType, Location string }

func (s *Service) getFunction(_ context.Context, c *wire.Call, _ *names.None) (*getFunctionOutput, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	var out getFunctionOutput
	err = s.env.Store.View(func(tx *store.Tx) error {
		f, v, err := s.versionTx(tx, r)
		if err != nil {
			return err
		}
		out.Configuration = s.shown(v, r)
		out.Code = codeLocation{"S3", s.env.Endpoint + CodePath + v.Digest + ".zip"}
		out.Tags = f.Tags
		if f.Reserved != nil && r.Qualifier == "" {
			out.Concurrency = &concurrencyOutput{f.Reserved}
		}
		return nil
	})
	return &out, err
}

func (s *Service) getFunctionConfiguration(_ context.Context, c *wire.Call, _ *names.None) (*Configuration, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	var out *Configuration
	err = s.env.Store.View(func(tx *store.Tx) error {
		_, v, err := s.versionTx(tx, r)
		out = s.shown(v, r)
		return err
	})
	return out, err
}
