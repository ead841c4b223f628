package lambda

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/filter"
	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/lambda/poller"
)

// defaultConcurrency is how many batches of a mapping run at once where its
// ScalingConfig does not say: what Lambda starts with. It would scale to 1,250.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const defaultConcurrency = 5

// pollers run the mappings that are enabled.
type pollers struct {
	mu      sync.Mutex
	running map[string]context.CancelFunc // by UUID
	failing map[string]string             // by UUID: what the mapping cannot do
	ctx     context.Context               // nil before Start and after close
}

func newPollers() *pollers {
	return &pollers{running: map[string]context.CancelFunc{}, failing: map[string]string{}}
}

func (s *Service) startMappings(ctx context.Context) error {
	all, err := s.mappings.List("")
	if err != nil {
		return err
	}
	s.pollers.mu.Lock()
	s.pollers.ctx = ctx
	s.pollers.mu.Unlock()
	for _, m := range all {
		s.pollers.set(s, m)
	}
	return nil
}

// set makes a mapping run as it now is, or not at all.
func (p *pollers) set(s *Service, m mapping) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopLocked(m.UUID)
	if p.ctx == nil || !m.Enabled {
		return
	}
	ctx, cancel := context.WithCancel(p.ctx)
	p.running[m.UUID] = cancel
	s.wg.Go(func() {
		defer cancel()
		poller.Run(ctx, s.pollerConfig(m), &source{s, m}, s.batchInvoker(m), func(err error) { p.report(s, m, err) })
	})
}

// report notes what a mapping cannot do, or that it works again where err is nil.
func (p *pollers) report(s *Service, m mapping, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		delete(p.failing, m.UUID)
		s.env.Log.Info("lambda: a mapping works again", "queue", m.EventSourceArn, "function", m.Ref.Name)
		return
	}
	p.failing[m.UUID] = "PROBLEM: " + err.Error()
	s.env.Log.Warn("lambda: a mapping fails, and is tried again at growing intervals",
		"queue", m.EventSourceArn, "function", m.Ref.Name, "err", err)
}

// problem returns a mapping's LastProcessingResult, "" where nothing is wrong.
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

func (s *Service) pollerConfig(m mapping) poller.Config {
	c := poller.Config{
		QueueARN: m.EventSourceArn, Region: s.env.Region, BatchSize: m.BatchSize,
		Window: seconds(m.MaximumBatchingWindowInSeconds), Concurrency: defaultConcurrency,
		Partial: len(m.FunctionResponseTypes) > 0, MaxPayload: maxPayload, Backoff: time.Second,
	}
	var err error
	if c.Filters, err = filter.Parse(m.FilterCriteria.patterns()...); err != nil {
		s.complain(err) // of an earlier version's state, which checked less
		c.Filters = nil
	}
	if m.ScalingConfig != nil && m.ScalingConfig.MaximumConcurrency != nil {
		c.Concurrency = *m.ScalingConfig.MaximumConcurrency
	}
	return c
}

// batchInvoker gives what invokes a mapping's function with a batch.
func (s *Service) batchInvoker(m mapping) poller.Invoke {
	return func(ctx context.Context, payload []byte) (poller.Answer, error) {
		res, err := s.Invoke(ctx, Invocation{FunctionARN: m.FunctionArn, Payload: payload})
		if errors.Is(err, fleet.ErrClosed) {
			err = poller.ErrStopped
		}
		return poller.Answer{Payload: res.Payload, Failed: res.FunctionError != ""}, err
	}
}

// source is a mapping's queue, used with the rights of the function's role.
type source struct {
	s *Service
	m mapping
}

func (q *source) may(action string) error {
	t, err := q.s.resolve(q.m.Ref)
	if err != nil {
		return err
	}
	return q.s.authorize(t.role, q.m.Ref.Name, "sqs:"+action, q.m.EventSourceArn)
}

// Receive implements poller.Queue.
func (q *source) Receive(ctx context.Context, most int, wait time.Duration) ([]Message, error) {
	if err := q.may("ReceiveMessage"); err != nil {
		return nil, err
	}
	return q.s.deps.Queues.Receive(ctx, q.m.EventSourceArn, most, wait)
}

// Delete implements poller.Queue.
func (q *source) Delete(handles ...string) error {
	if err := q.may("DeleteMessage"); err != nil {
		return err
	}
	return q.s.deps.Queues.Delete(q.m.EventSourceArn, handles...)
}

// Release implements poller.Queue.
func (q *source) Release(handles ...string) error {
	return q.s.deps.Queues.ChangeVisibility(q.m.EventSourceArn, 0, handles...)
}
