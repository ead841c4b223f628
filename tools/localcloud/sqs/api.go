package sqs

import (
	"context"
	"errors"
	"time"

	"github.com/seastack/seastack/tools/localcloud/traceheader"
)

// Message is a message as a consumer receives it.
type Message struct {
	ID                     string
	ReceiptHandle          string
	Body                   string
	MD5OfBody              string
	Attributes             map[string]string // SentTimestamp, ApproximateReceiveCount, ...: all of them
	MessageAttributes      map[string]AttributeValue
	MD5OfMessageAttributes string // empty if there are no attributes
}

// Receive receives at most max messages (10 is no limit here) and hides them for
// the queue's visibility timeout. It waits for the first for at most wait; it is
// no error if there is none. A queue that does not exist is an *wire.Error with
// the code QueueDoesNotExist.
func (s *Service) Receive(ctx context.Context, queueARN string, max int, wait time.Duration) ([]Message, error) {
	s.mu.Lock()
	q, err := s.byARN(queueARN)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return s.poll(ctx, q.Name, request{max: max, wait: &wait})
}

// DeleteMessages deletes messages by their receipt handles. It tries all. A
// message that is gone or that was received again since is skipped, as is one
// of a FIFO queue that has become visible.
func (s *Service) DeleteMessages(queueARN string, handles ...string) error {
	return s.each(queueARN, handles, func(q *queue, handle string) error {
		_, err := s.drop(q, handle)
		return err
	})
}

// ChangeVisibility hides messages for timeout (whole seconds, 12 hours at most)
// from now on; 0 makes them visible. It tries all messages.
func (s *Service) ChangeVisibility(queueARN string, timeout time.Duration, handles ...string) error {
	seconds := int(timeout / time.Second)
	return s.each(queueARN, handles, func(q *queue, handle string) error { return s.hide(q, handle, &seconds) })
}

func (s *Service) each(queueARN string, handles []string, f func(*queue, string) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byARN(queueARN)
	if err != nil {
		return err
	}
	var all error
	for _, h := range handles {
		all = errors.Join(all, f(q, h))
	}
	return all
}

// Send puts a message on a standard queue, with the account as its sender, and
// returns its ID. It has the trace header of ctx. A FIFO queue refuses it, since it has no message group.
func (s *Service) Send(
	ctx context.Context, queueARN, body string, attributes map[string]AttributeValue,
) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byARN(queueARN)
	if err != nil {
		return "", err
	}
	e := sendEntry{MessageBody: body, MessageAttributes: attributes}
	if header := traceheader.From(ctx); header != "" {
		e.MessageSystemAttributes = map[string]AttributeValue{"AWSTraceHeader": {DataType: "String", StringValue: &header}}
	}
	if err := q.check(e); err != nil {
		return "", err
	}
	results, err := s.add(q, s.env.Account, []sendEntry{e})
	if err != nil {
		return "", err
	}
	return results[0].MessageId, nil
}

// Attributes returns all attributes of a queue, as GetQueueAttributes does for All.
func (s *Service) Attributes(queueARN string) (map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byARN(queueARN)
	if err != nil {
		return nil, err
	}
	return s.attributes(q), nil
}
