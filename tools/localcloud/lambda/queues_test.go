package lambda

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// memoryQueues are queues with visibility timeouts, for the tests.
type memoryQueues struct {
	mu     sync.Mutex
	queues map[string]*memoryQueue
}

type memoryQueue struct {
	visibility time.Duration
	messages   []*memoryMessage
	received   int // messages, again and again
}

type memoryMessage struct {
	Message
	attributes map[string]string // of Send
	visible    time.Time
	count      int
}

func newMemoryQueues() *memoryQueues { return &memoryQueues{queues: map[string]*memoryQueue{}} }

func (q *memoryQueues) create(name string, visibility time.Duration) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	arn := "arn:aws:sqs:us-east-1:000000000000:" + name
	q.queues[arn] = &memoryQueue{visibility: visibility}
	return arn
}

func (q *memoryQueues) get(arn string) (*memoryQueue, error) {
	if m := q.queues[arn]; m != nil {
		return m, nil
	}
	return nil, wire.Errorf(400, "QueueDoesNotExist", "The specified queue does not exist.")
}

func (q *memoryQueues) Receive(ctx context.Context, arn string, most int, wait time.Duration) ([]Message, error) {
	deadline := time.Now().Add(wait)
	for {
		batch, err := q.take(arn, most)
		if err != nil || len(batch) > 0 || time.Now().After(deadline) {
			return batch, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (q *memoryQueues) take(arn string, most int) (batch []Message, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	m, err := q.get(arn)
	if err != nil {
		return nil, err
	}
	for _, one := range m.messages {
		if len(batch) < most && !one.visible.After(time.Now()) {
			one.visible = time.Now().Add(m.visibility)
			one.count++
			m.received++
			one.Attributes = map[string]string{"ApproximateReceiveCount": strconv.Itoa(one.count)}
			batch = append(batch, one.Message)
		}
	}
	return batch, nil
}

func (q *memoryQueues) Delete(arn string, handles ...string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	m, err := q.get(arn)
	if err != nil {
		return err
	}
	var keep []*memoryMessage
	for _, one := range m.messages {
		gone := false
		for _, h := range handles {
			gone = gone || h == one.ReceiptHandle
		}
		if !gone {
			keep = append(keep, one)
		}
	}
	m.messages = keep
	return nil
}

func (q *memoryQueues) ChangeVisibility(arn string, timeout time.Duration, handles ...string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	m, err := q.get(arn)
	if err != nil {
		return err
	}
	for _, one := range m.messages {
		for _, h := range handles {
			if h == one.ReceiptHandle {
				one.visible = time.Now().Add(timeout)
			}
		}
	}
	return nil
}

func (q *memoryQueues) Attributes(arn string) (map[string]string, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	m, err := q.get(arn)
	if err != nil {
		return nil, err
	}
	return map[string]string{"VisibilityTimeout": strconv.Itoa(int(m.visibility.Seconds()))}, nil
}

func (q *memoryQueues) Send(_ context.Context, arn, body string, attributes map[string]string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	m, err := q.get(arn)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("m%d", len(m.messages)+m.received)
	m.messages = append(m.messages, &memoryMessage{
		Message: Message{ID: id, ReceiptHandle: "handle-" + id, Body: body}, attributes: attributes,
	})
	return nil
}

// bodies gives what is in a queue, hidden or not.
func (q *memoryQueues) bodies(arn string) (all []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range q.queues[arn].messages {
		all = append(all, m.Body)
	}
	return all
}
