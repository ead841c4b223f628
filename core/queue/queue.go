// Package queue provides typed handles on SQS queues. It knows how a message is
// sent and where a queue's URL stands; it must not know any message type. A
// queue is declared by an annotation on the type of its messages; whoever takes
// a Sender of that type in a constructor may send to that queue, and nothing
// else.
package queue

import (
	"context"
	"fmt"
	"strings"
)

// MaxMessage is how many bytes a message's JSON may have: 1 MiB, SQS's limit.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const MaxMessage = 1 << 20

// Sender sends messages of one type to their queue. When Send returns nil, SQS
// holds the message; it delivers it at least once, in no certain order. A FIFO
// queue keeps the order of messages that have the same value in the field tagged
// queue:"group", and takes a message only once in five minutes: by the field tagged
// queue:"deduplication", or where there is none by all of the message.
type Sender[T any] interface {
	Send(ctx context.Context, message T) error
}

// SenderFunc is a Sender made of a function, as tests like it.
type SenderFunc[T any] func(ctx context.Context, message T) error

// Send calls the function.
func (f SenderFunc[T]) Send(ctx context.Context, message T) error { return f(ctx, message) }

// NewSender returns the sender of the named queue, whose URL stands in the
// variable that URLVariable returns. It makes no request.
func NewSender[T any](ctx context.Context, name string) (Sender[T], error) {
	encoder, err := NewEncoder[T](name)
	if err != nil {
		return nil, err
	}
	client, err := NewClient(ctx)
	if err != nil {
		return nil, fmt.Errorf("queue %s: %w", name, err)
	}
	return &sender[T]{encoder, client}, nil
}

// URLVariable returns the name of the variable that holds a queue's URL:
// SEASTACK_QUEUE_TRANSCRIPTS_URL for "transcripts".
func URLVariable(name string) string {
	return "SEASTACK_QUEUE_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "_URL"
}

type sender[T any] struct {
	encoder *Encoder[T]
	client  *Client
}

// Send is tried three times by the SDK; what still fails is Unavailable.
func (s *sender[T]) Send(ctx context.Context, message T) error {
	m, err := s.encoder.Encode(message)
	if err != nil {
		return err
	}
	return s.client.Send(ctx, m)
}
