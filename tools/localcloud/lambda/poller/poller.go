package poller

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/filter"
)

// ErrStopped is the error of an invocation that ended because the local cloud
// stops. Its messages become visible again at once.
var ErrStopped = errors.New("stopped")

// Queue is a queue of messages.
type Queue interface {
	// Receive waits for the first message for at most wait, and returns at most
	// most.
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

// Invoke invokes the function with a batch. An error means that the function did
// not run.
type Invoke func(ctx context.Context, payload []byte) (Answer, error)

// Config configures a poll.
type Config struct {
	QueueARN    string
	Region      string
	BatchSize   int
	Window      time.Duration // how long to gather a batch; zero: do not wait
	Concurrency int           // batches at once
	Partial     bool          // the function reports batchItemFailures
	Ordered     bool          // the queue is FIFO
	MaxPayload  int           // of one invocation, in bytes
	Backoff     time.Duration // after an error; it doubles with each further error
	Filters     filter.Filters
}

// longPoll is how long one call waits for messages.
const longPoll = 20 * time.Second

// perReceive is the most messages that one call returns.
const perReceive = 10

// Run polls until ctx ends, then waits for the running batches. Messages of a
// failed batch become visible again after the queue's visibility timeout. report
// is called with each new error, and with nil after a success that follows an
// error.
func Run(ctx context.Context, c Config, q Queue, invoke Invoke, report func(error)) {
	p := &poll{
		Config: c, queue: q, invoke: invoke, tell: report,
		receiving: retries{report: report, backoff: c.Backoff}, invoking: retries{report: report, backoff: c.Backoff},
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
			p.handleAll(ctx, split(batch, c.MaxPayload))
		})
	}
}

type poll struct {
	Config
	queue  Queue
	invoke Invoke
	tell   func(error)

	receiving, invoking retries
}

// gather receives a batch, which is empty after an error or a long poll without
// messages.
func (p *poll) gather(ctx context.Context) []Message {
	begin := time.Now()
	received, err := p.queue.Receive(ctx, min(p.BatchSize, perReceive), longPoll)
	if err != nil {
		p.receiving.failed(ctx, err)
		return nil
	}
	p.receiving.succeeded()
	if len(received) == 0 && time.Since(begin) < p.Backoff {
		sleep(ctx, p.Backoff) // a queue that is closing answers at once, every time
		return nil
	}
	batch := p.filter(received)
	if p.Window == 0 || len(batch) == 0 {
		return batch
	}
	ctx, cancel := context.WithTimeout(ctx, p.Window)
	defer cancel()
	for len(batch) < p.BatchSize && ctx.Err() == nil && size(batch) < p.MaxPayload {
		more, err := p.queue.Receive(ctx, min(p.BatchSize-len(batch), perReceive), p.Window)
		batch = append(batch, p.filter(more)...)
		if err != nil {
			break // the window is over, or the queue is gone, which the next poll reports
		}
	}
	return batch
}

// filter returns the messages that pass the filters, and deletes the others from
// the queue, as Lambda does.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
func (p *poll) filter(received []Message) (kept []Message) {
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

// handleAll handles the parts of a batch. Those of a FIFO queue are in order:
// what follows a part that is not done becomes visible again, behind that part.
func (p *poll) handleAll(ctx context.Context, parts [][]Message) {
	for i, part := range parts {
		if done := p.handle(ctx, part); !done && p.Ordered {
			p.release(slices.Concat(parts[i+1:]...))
			return
		}
	}
}

// handle invokes the function with a batch. It reports whether the function has
// handled all messages.
func (p *poll) handle(ctx context.Context, batch []Message) (done bool) {
	payload, err := event(p.QueueARN, p.Region, batch)
	if err != nil {
		p.tell(err)
		return false
	}
	answer, err := p.invoke(ctx, payload)
	switch {
	case errors.Is(err, ErrStopped) || err != nil && ctx.Err() != nil:
		p.release(batch)
	case err != nil:
		p.invoking.failed(ctx, err)
	default:
		p.invoking.succeeded()
		return !answer.Failed && p.finish(batch, answer.Payload)
	}
	return false
}

// finish deletes the messages that the function has handled, and reports
// whether these are all.
func (p *poll) finish(batch []Message, answer []byte) bool {
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
		return false
	}
	if err := p.queue.Delete(done...); err != nil {
		p.tell(err)
	}
	return len(done) == len(batch)
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

// overhead is about the size of a message in an event without its body, in bytes.
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
