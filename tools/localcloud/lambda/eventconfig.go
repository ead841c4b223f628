package lambda

import (
	"cmp"
	"context"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/listing"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// eventConfig says how asynchronous invocations of a function are handled; it is
// what the store keeps and, with its FunctionArn, what the API shows.
type eventConfig struct {
	FunctionArn              string
	LastModified             float64
	MaximumRetryAttempts     *int
	MaximumEventAgeInSeconds *int
	DestinationConfig        *destinationConfig
}

type destinationConfig struct {
	OnSuccess destination
	OnFailure destination
}

type destination struct {
	Destination string `json:",omitempty"`
}

func (s *Service) putEventConfig(_ context.Context, c *wire.Call, in *eventConfig) (*eventConfig, error) {
	return s.changeEventConfig(c, func(eventConfig, bool) (eventConfig, error) { return *in, nil })
}

func (s *Service) updateEventConfig(_ context.Context, c *wire.Call, in *eventConfig) (*eventConfig, error) {
	return s.changeEventConfig(c, func(old eventConfig, ok bool) (eventConfig, error) {
		if !ok {
			return old, s.noEventConfig(c)
		}
		if in.MaximumRetryAttempts != nil {
			old.MaximumRetryAttempts = in.MaximumRetryAttempts
		}
		if in.MaximumEventAgeInSeconds != nil {
			old.MaximumEventAgeInSeconds = in.MaximumEventAgeInSeconds
		}
		if in.DestinationConfig != nil {
			old.DestinationConfig = in.DestinationConfig
		}
		return old, nil
	})
}

func (s *Service) changeEventConfig(c *wire.Call, change func(eventConfig, bool) (eventConfig, error)) (*eventConfig, error) {
	r, err := s.existing(c)
	if err != nil {
		return nil, err
	}
	r = r.Qualified()
	f, _, err := s.functions.Get(r.Name)
	if err != nil {
		return nil, err
	}
	old, ok, err := s.eventConfigs.Get(r.Key())
	if err != nil {
		return nil, err
	}
	e, err := change(old, ok)
	if err != nil {
		return nil, err
	}
	if err := s.checkEventConfig(f.Latest.Config.Role, e); err != nil {
		return nil, err
	}
	e.FunctionArn, e.LastModified = s.names.ARN(r), s.epoch()
	if e.DestinationConfig == nil {
		e.DestinationConfig = &destinationConfig{}
	}
	return &e, s.update(func(tx *store.Tx) error {
		if _, _, err := s.versionTx(tx, r); err != nil {
			return err
		}
		return s.eventConfigs.PutTx(tx, r.Key(), e)
	})
}

func (s *Service) checkEventConfig(role string, e eventConfig) error {
	var v apierror.Violations
	v.Between(e.MaximumRetryAttempts, "maximumRetryAttempts", 0, 2)
	v.Between(e.MaximumEventAgeInSeconds, "maximumEventAgeInSeconds", 60, 21600)
	if err := v.Err(); err != nil {
		return err
	}
	if e.DestinationConfig == nil {
		return nil
	}
	return cmp.Or[error](
		s.checkDestination(role, e.DestinationConfig.OnSuccess.Destination),
		s.checkDestination(role, e.DestinationConfig.OnFailure.Destination),
	)
}

func (s *Service) noEventConfig(c *wire.Call) error {
	r, err := s.names.Target(c)
	if err != nil {
		return err
	}
	r = r.Qualified()
	return apierror.NotFound("The function %s doesn't have an EventInvokeConfig", s.names.ARN(r))
}

func (s *Service) getEventConfig(_ context.Context, c *wire.Call, _ *names.None) (*eventConfig, error) {
	r, err := s.existing(c)
	if err != nil {
		return nil, err
	}
	r = r.Qualified()
	e, ok, err := s.eventConfigs.Get(r.Key())
	if err == nil && !ok {
		err = s.noEventConfig(c)
	}
	return &e, err
}

func (s *Service) deleteEventConfig(ctx context.Context, c *wire.Call, in *names.None) (*names.None, error) {
	if _, err := s.getEventConfig(ctx, c, in); err != nil {
		return nil, err
	}
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	r = r.Qualified()
	return nil, s.update(func(tx *store.Tx) error { return s.eventConfigs.DeleteTx(tx, r.Key()) })
}

type listEventConfigsOutput struct {
	FunctionEventInvokeConfigs []eventConfig
	NextMarker                 *string `json:",omitempty"`
}

func (s *Service) listEventConfigs(_ context.Context, c *wire.Call, _ *names.None) (*listEventConfigsOutput, error) {
	r, err := s.existing(c)
	if err != nil {
		return nil, err
	}
	all, err := s.eventConfigs.List(r.Name + ":")
	if err != nil {
		return nil, err
	}
	out := &listEventConfigsOutput{}
	out.FunctionEventInvokeConfigs, out.NextMarker, err = listing.Page(c, all, listing.MaxConfigs)
	return out, err
}
