package eventsource

import (
	"context"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/filter"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/poller"
)

// defaultConcurrency is how many batches of a mapping run at once without a
// ScalingConfig. Lambda starts with as many, and scales to 1,250.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const defaultConcurrency = 5

// pollers holds the pollers of the mappings that are enabled.
type pollers struct {
	mu      sync.Mutex
	running map[string]context.CancelFunc // by UUID
	failing map[string]string             // by UUID: the error of the mapping
	ctx     context.Context               // nil before Start and after Stop
	wg      sync.WaitGroup
}

func newPollers() *pollers {
	return &pollers{running: map[string]context.CancelFunc{}, failing: map[string]string{}}
}

// Start runs the mappings that are enabled, until ctx ends or Stop is called.
func (ms *Mappings) Start(ctx context.Context) error {
	all, err := ms.mappings.List("")
	if err != nil {
		return err
	}
	ms.pollers.start(ctx)
	for _, m := range all {
		ms.run(m)
	}
	return nil
}

// Stop stops all mappings. It does not wait for the batches that are running.
func (ms *Mappings) Stop() { ms.pollers.close() }

// Wait waits until the batches that were running at Stop have ended.
func (ms *Mappings) Wait() { ms.pollers.wg.Wait() }

// run makes a mapping run as it is now, or not at all if it is disabled.
func (ms *Mappings) run(m mapping) {
	ms.pollers.restart(m, func(ctx context.Context) {
		poller.Run(ctx, ms.pollerConfig(m), &source{ms, m}, ms.batchInvoker(m), func(err error) { ms.report(m, err) })
	})
}

func (p *pollers) start(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ctx = ctx
}

// restart stops a mapping's poller, and runs poll in its place if the mapping is
// enabled.
func (p *pollers) restart(m mapping, poll func(context.Context)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopLocked(m.UUID)
	if p.ctx == nil || !m.Enabled {
		return
	}
	ctx, cancel := context.WithCancel(p.ctx)
	p.running[m.UUID] = cancel
	p.wg.Go(func() {
		defer cancel()
		poll(ctx)
	})
}

// report records and logs the error of a mapping, or that it works again if err
// is nil.
func (ms *Mappings) report(m mapping, err error) {
	ms.pollers.note(m.UUID, err)
	if err == nil {
		ms.env.Log.Info("lambda: a mapping works again", "queue", m.EventSourceArn, "function", m.Ref.Name)
		return
	}
	ms.env.Log.Warn("lambda: a mapping fails, and is tried again at growing intervals",
		"queue", m.EventSourceArn, "function", m.Ref.Name, "err", err)
}

func (p *pollers) note(uuid string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		delete(p.failing, uuid)
		return
	}
	p.failing[uuid] = "PROBLEM: " + err.Error()
}

// problem returns a mapping's LastProcessingResult, "" if nothing is wrong.
func (p *pollers) problem(uuid string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failing[uuid]
}

func (p *pollers) stop(uuid string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopLocked(uuid)
}

func (p *pollers) stopLocked(uuid string) {
	if cancel := p.running[uuid]; cancel != nil {
		cancel()
		delete(p.running, uuid)
		delete(p.failing, uuid)
	}
}

func (p *pollers) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ctx = nil
	for uuid := range p.running {
		p.stopLocked(uuid)
	}
}

func (ms *Mappings) pollerConfig(m mapping) poller.Config {
	c := poller.Config{
		QueueARN: m.EventSourceArn, Region: ms.env.Region, BatchSize: m.BatchSize,
		Window: time.Duration(m.MaximumBatchingWindowInSeconds) * time.Second, Concurrency: defaultConcurrency,
		Partial: len(m.FunctionResponseTypes) > 0, Ordered: names.IsFIFO(m.EventSourceArn),
		MaxPayload: ms.deps.MaxPayload, Backoff: time.Second,
	}
	var err error
	if c.Filters, err = filter.Parse(m.FilterCriteria.patterns()...); err != nil {
		// The state of an earlier version, which checked less.
		ms.env.Log.Warn("lambda: in the background", "err", err)
		c.Filters = nil
	}
	if m.ScalingConfig != nil && m.ScalingConfig.MaximumConcurrency != nil {
		c.Concurrency = *m.ScalingConfig.MaximumConcurrency
	}
	if p := m.ProvisionedPollerConfig; p != nil && p.MaximumPollers != nil {
		c.Concurrency = *p.MaximumPollers * invocationsOfPoller
	}
	return c
}

// batchInvoker returns the function that invokes a mapping's Lambda function.
func (ms *Mappings) batchInvoker(m mapping) poller.Invoke {
	return func(ctx context.Context, payload []byte) (poller.Answer, error) {
		return ms.deps.Functions.Invoke(ctx, m.FunctionArn, payload)
	}
}

// source is a mapping's queue, used with the permissions of the function's role.
type source struct {
	mappings *Mappings
	m        mapping
}

// authorize returns an error if the function's role does not allow an action.
func (q *source) authorize(action string) error {
	f, err := q.mappings.deps.Functions.Find(q.m.Ref)
	if err != nil {
		return err
	}
	return q.mappings.deps.Authorize(f.Role, q.m.Ref.Name, "sqs:"+action, q.m.EventSourceArn)
}

// Receive implements poller.Queue.
func (q *source) Receive(ctx context.Context, most int, wait time.Duration) ([]poller.Message, error) {
	if err := q.authorize("ReceiveMessage"); err != nil {
		return nil, err
	}
	return q.mappings.deps.Queues.Receive(ctx, q.m.EventSourceArn, most, wait)
}

// Delete implements poller.Queue.
func (q *source) Delete(handles ...string) error {
	if err := q.authorize("DeleteMessage"); err != nil {
		return err
	}
	return q.mappings.deps.Queues.Delete(q.m.EventSourceArn, handles...)
}

// Release implements poller.Queue.
func (q *source) Release(handles ...string) error {
	return q.mappings.deps.Queues.ChangeVisibility(q.m.EventSourceArn, 0, handles...)
}

// invocationsOfPoller is how many concurrent invocations a poller of a queue's own
// makes.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const invocationsOfPoller = 10
