package poller

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/filter"
)

// ErrStopped says that an invocation was ended by the local cloud's own end: its
// messages are to be seen again at once.
var ErrStopped = errors.New("stopped")

// Queue is where messages come from.
type Queue interface {
	// Receive waits for the first message for at most wait, and gives at most most.
	Receive(ctx context.Context, most int, wait time.Duration) ([]Message, error)
	Delete(receiptHandles ...string) error
	// Release makes messages visible again at once.
	Release(receiptHandles ...string) error
}

// Answer is the end of an invocation.
type Answer struct {
	Payload []byte
	Failed  bool // the function failed; Payload is its error
}

// Invoke invokes the function with a batch. An error says that it did not run.
type Invoke func(ctx context.Context, payload []byte) (Answer, error)

// Config says how to poll.
type Config struct {
	QueueARN    string
	Region      string
	BatchSize   int
	Window      time.Duration // how long to gather a batch; zero: take what is there
	Concurrency int           // batches at once
	Partial     bool          // the function reports batchItemFailures
	MaxPayload  int           // of one invocation, in bytes
	Backoff     time.Duration // after an error; it doubles while the error stays
	Filters     filter.Filters
}

// longPoll is how long one call waits for messages.
const longPoll = 20 * time.Second

// perReceive is the most messages that one call gives.
const perReceive = 10

// Run polls until ctx ends, then waits for the batches that run. Messages whose
// batch fails are left alone: the queue shows them again after its visibility
// timeout. report is told of an error when it is a new one, and of nil when what
// failed works again.
func Run(ctx context.Context, c Config, q Queue, invoke Invoke, report func(error)) {
	p := &poll{
		Config: c, queue: q, invoke: invoke, tell: report,
		receiving: trouble{tell: report, backoff: c.Backoff}, invoking: trouble{tell: report, backoff: c.Backoff},
	}
	free := make(chan struct{}, c.Concurrency)
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			return
		}
		batch := p.gather(ctx)
		if ctx.Err() != nil {
			p.release(batch)
			return
		}
		if len(batch) == 0 {
			<-free
			continue
		}
		wg.Go(func() {
			defer func() { <-free }()
			for _, part := range split(batch, c.MaxPayload) {
				p.handle(ctx, part)
			}
		})
	}
}

type poll struct {
	Config
	queue  Queue
	invoke Invoke
	tell   func(error)

	receiving, invoking trouble
}

// gather takes a batch, which is empty after an error and after a long poll in vain.
func (p *poll) gather(ctx context.Context) []Message {
	begin := time.Now()
	received, err := p.queue.Receive(ctx, min(p.BatchSize, perReceive), longPoll)
	if err != nil {
		p.receiving.meet(ctx, err)
		return nil
	}
	p.receiving.over()
	if len(received) == 0 && time.Since(begin) < p.Backoff {
		sleep(ctx, p.Backoff) // a queue that is closing answers at once, again and again
		return nil
	}
	batch := p.sift(received)
	if p.Window == 0 || len(batch) == 0 {
		return batch
	}
	ctx, cancel := context.WithTimeout(ctx, p.Window)
	defer cancel()
	for len(batch) < p.BatchSize && ctx.Err() == nil && size(batch) < p.MaxPayload {
		more, err := p.queue.Receive(ctx, min(p.BatchSize-len(batch), perReceive), p.Window)
		batch = append(batch, p.sift(more)...)
		if err != nil {
			break // the window is over, or the queue is gone: the next poll tells
		}
	}
	return batch
}

// sift returns the messages that pass the filters, and deletes the others from
// the queue, as Lambda does.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
func (p *poll) sift(received []Message) (kept []Message) {
	var dropped []string
	for _, m := range received {
		if len(p.Filters) == 0 || p.Filters.Pass(m.fields(p.QueueARN, p.Region), m.Body) {
			kept = append(kept, m)
			continue
		}
		dropped = append(dropped, m.ReceiptHandle)
	}
	if len(dropped) > 0 {
		if err := p.queue.Delete(dropped...); err != nil {
			p.tell(err)
		}
	}
	return kept
}

func (p *poll) handle(ctx context.Context, batch []Message) {
	payload, err := event(p.QueueARN, p.Region, batch)
	if err != nil {
		p.tell(err)
		return
	}
	answer, err := p.invoke(ctx, payload)
	switch {
	case errors.Is(err, ErrStopped) || err != nil && ctx.Err() != nil:
		p.release(batch)
	case err != nil:
		p.invoking.meet(ctx, err)
	default:
		p.invoking.over()
		if !answer.Failed {
			p.finish(batch, answer.Payload)
		}
	}
}

// finish deletes what the function has dealt with.
func (p *poll) finish(batch []Message, answer []byte) {
	var done []string
	failed, all := map[string]bool{}, false
	if p.Partial {
		failed, all = failures(batch, answer)
	}
	for _, m := range batch {
		if !all && !failed[m.ID] {
			done = append(done, m.ReceiptHandle)
		}
	}
	if len(done) == 0 {
		return
	}
	if err := p.queue.Delete(done...); err != nil {
		p.tell(err)
	}
}

func (p *poll) release(batch []Message) {
	if len(batch) == 0 {
		return
	}
	handles := make([]string, len(batch))
	for i, m := range batch {
		handles[i] = m.ReceiptHandle
	}
	if err := p.queue.Release(handles...); err != nil {
		p.tell(err)
	}
}

// overhead is about what an event says of a message beside its body, in bytes.
const overhead = 1024

func size(batch []Message) (n int) {
	for _, m := range batch {
		n += len(m.Body) + overhead
	}
	return n
}

// split cuts a batch into parts that fit into an invocation.
func split(batch []Message, limit int) (parts [][]Message) {
	start := 0
	for i := range batch {
		if i > start && size(batch[start:i+1]) > limit {
			parts = append(parts, batch[start:i])
			start = i
		}
	}
	if start < len(batch) {
		parts = append(parts, batch[start:])
	}
	return parts
}
