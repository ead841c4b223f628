package async

import (
	"cmp"
	"context"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/listing"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// eventConfig holds how asynchronous invocations of a function are handled. The
// store keeps it and the API shows it.
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

func (d *Dispatcher) putEventConfig(_ context.Context, c *wire.Call, in *eventConfig) (*eventConfig, error) {
	return d.changeEventConfig(c, func(eventConfig, bool) (eventConfig, error) { return *in, nil })
}

func (d *Dispatcher) updateEventConfig(_ context.Context, c *wire.Call, in *eventConfig) (*eventConfig, error) {
	return d.changeEventConfig(c, func(old eventConfig, ok bool) (eventConfig, error) {
		if !ok {
			return old, d.noEventConfig(c)
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

func (d *Dispatcher) changeEventConfig(c *wire.Call, change func(eventConfig, bool) (eventConfig, error)) (*eventConfig, error) {
	r, err := d.existing(c)
	if err != nil {
		return nil, err
	}
	r = r.Qualified()
	f, err := d.deps.Functions.Find(names.Reference{Name: r.Name})
	if err != nil {
		return nil, err
	}
	old, ok, err := d.configs.Get(r.Key())
	if err != nil {
		return nil, err
	}
	e, err := change(old, ok)
	if err != nil {
		return nil, err
	}
	if err := d.checkEventConfig(f.Role, e); err != nil {
		return nil, err
	}
	e.FunctionArn, e.LastModified = d.names.ARN(r), wire.Seconds(d.env.Now())
	if e.DestinationConfig == nil {
		e.DestinationConfig = &destinationConfig{}
	}
	return &e, d.env.Store.Update(func(tx *store.Tx) error {
		if err := d.deps.Functions.CheckTx(tx, r); err != nil {
			return err
		}
		return d.configs.PutTx(tx, r.Key(), e)
	})
}

func (d *Dispatcher) checkEventConfig(role string, e eventConfig) error {
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
		d.checkDestination(role, e.DestinationConfig.OnSuccess.Destination),
		d.checkDestination(role, e.DestinationConfig.OnFailure.Destination),
	)
}

func (d *Dispatcher) noEventConfig(c *wire.Call) error {
	r, err := d.names.Target(c)
	if err != nil {
		return err
	}
	r = r.Qualified()
	return apierror.NotFound("The function %s doesn't have an EventInvokeConfig", d.names.ARN(r))
}

func (d *Dispatcher) getEventConfig(_ context.Context, c *wire.Call, _ *names.None) (*eventConfig, error) {
	r, err := d.existing(c)
	if err != nil {
		return nil, err
	}
	r = r.Qualified()
	e, ok, err := d.configs.Get(r.Key())
	if err == nil && !ok {
		err = d.noEventConfig(c)
	}
	return &e, err
}

func (d *Dispatcher) deleteEventConfig(ctx context.Context, c *wire.Call, in *names.None) (*names.None, error) {
	if _, err := d.getEventConfig(ctx, c, in); err != nil {
		return nil, err
	}
	r, err := d.names.Target(c)
	if err != nil {
		return nil, err
	}
	r = r.Qualified()
	return nil, d.env.Store.Update(func(tx *store.Tx) error { return d.configs.DeleteTx(tx, r.Key()) })
}

type listEventConfigsOutput struct {
	FunctionEventInvokeConfigs []eventConfig
	NextMarker                 *string `json:",omitempty"`
}

func (d *Dispatcher) listEventConfigs(_ context.Context, c *wire.Call, _ *names.None) (*listEventConfigsOutput, error) {
	r, err := d.existing(c)
	if err != nil {
		return nil, err
	}
	all, err := d.configs.List(names.Prefix(r.Name))
	if err != nil {
		return nil, err
	}
	out := &listEventConfigsOutput{}
	out.FunctionEventInvokeConfigs, out.NextMarker, err = listing.Page(c, all, listing.MaxConfigs)
	return out, err
}

// existing returns the function that a request names, and that exists.
func (d *Dispatcher) existing(c *wire.Call) (names.Reference, error) {
	r, err := d.names.Target(c)
	if err != nil {
		return r, err
	}
	return r, d.env.Store.View(func(tx *store.Tx) error { return d.deps.Functions.CheckTx(tx, r) })
}
