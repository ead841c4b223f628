package async

import (
	"context"
	"errors"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// event is an asynchronous invocation that waits until it is due. Times are in
// milliseconds since 1970.
type event struct {
	ID        string // the request's
	Ref       names.Reference
	Payload   []byte
	TraceID   string
	Received  int64
	Due       int64
	Failures  int // of the function
	Throttles int
}

func (e event) key() string { return names.Prefix(e.Ref.Name) + e.ID }

// Add stores an invocation of what r names, which runs in the background.
func (d *Dispatcher) Add(r names.Reference, req Request) error {
	now := d.env.Now().UnixMilli()
	e := event{ID: req.ID, Ref: r, Payload: req.Payload, TraceID: req.TraceID, Received: now, Due: now}
	if err := d.events.Put(e.key(), e); err != nil {
		return err
	}
	d.queue.add(e)
	return nil
}

// dispatch runs events when they are due, until ctx ends.
func (d *Dispatcher) dispatch(ctx context.Context) {
	running := make(chan struct{}, d.opt.Concurrency)
	for {
		select {
		case running <- struct{}{}:
		case <-ctx.Done():
			return
		}
		e, ok := d.queue.wait(ctx, d.env.Now)
		if !ok {
			return
		}
		d.wg.Go(func() {
			defer func() { <-running }()
			if err := d.process(ctx, e); err != nil {
				d.env.Log.Warn("lambda: in the background", "err", err)
			}
		})
	}
}

// process runs an event once, and finishes or postpones it.
func (d *Dispatcher) process(ctx context.Context, e event) error {
	f, err := d.deps.Functions.Find(e.Ref)
	if err != nil {
		return d.events.Delete(e.key()) // the function is gone
	}
	config, _, err := d.configs.Get(e.Ref.Qualified().Key())
	if err != nil {
		return err
	}
	if f.Disabled {
		return d.finish(ctx, f, e, config, outcome{condition: "ZeroReservedConcurrency"})
	}
	if age := d.env.Now().UnixMilli() - e.Received; age > int64(optional.Or(config.MaximumEventAgeInSeconds, 21600))*1000 {
		return d.finish(ctx, f, e, config, outcome{condition: "EventAgeExceeded"})
	}
	res, err := f.Invoke(ctx, Request{ID: e.ID, TraceID: e.TraceID, Payload: e.Payload})
	switch {
	case errors.Is(err, ErrStopped) || err != nil && ctx.Err() != nil:
		return nil // it stays in the store, and runs after the next start
	case err != nil:
		e.Throttles++
		return d.postpone(e, backoff(d.opt.ThrottleDelay, e.Throttles))
	case res.FunctionError == "":
		return d.finish(ctx, f, e, config, outcome{condition: "Success", result: &res})
	}
	e.Failures++
	if e.Failures > optional.Or(config.MaximumRetryAttempts, 2) {
		return d.finish(ctx, f, e, config, outcome{condition: "RetriesExhausted", result: &res})
	}
	return d.postpone(e, d.retryDelay(e.Failures))
}

func (d *Dispatcher) retryDelay(failures int) time.Duration {
	if len(d.opt.RetryDelays) == 0 {
		return 0
	}
	return d.opt.RetryDelays[min(failures, len(d.opt.RetryDelays))-1]
}

// backoff doubles a delay each time, up to five minutes.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
func backoff(first time.Duration, times int) time.Duration {
	return min(first<<min(times-1, 20), 5*time.Minute)
}

func (d *Dispatcher) postpone(e event, delay time.Duration) error {
	e.Due = d.env.Now().Add(delay).UnixMilli()
	err := d.env.Store.Update(func(tx *store.Tx) error {
		if _, ok, err := d.events.GetTx(tx, e.key()); err != nil || !ok {
			return err // its function was deleted meanwhile
		}
		return d.events.PutTx(tx, e.key(), e)
	})
	if err == nil {
		d.queue.add(e)
	}
	return err
}
