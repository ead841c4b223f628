// Package queue provides typed handles on SQS queues. It knows how a message is
// sent and where a queue's URL stands; it must not know any message type. A
// queue is declared by an annotation on the type of its messages; whoever takes
// a Sender of that type in a constructor may send to that queue, and nothing
// else.
package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/awsconf"
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
	url := os.Getenv(URLVariable(name))
	if url == "" {
		return nil, fmt.Errorf("queue %s: the environment has no %s", name, URLVariable(name))
	}
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("queue %s: %w", name, err)
	}
	s := &sender[T]{name: name, url: url, client: sqs.NewFromConfig(cfg)}
	if s.fifo = strings.HasSuffix(url, ".fifo"); s.fifo {
		if s.order, err = orderOf(reflect.TypeFor[T]()); err != nil {
			return nil, fmt.Errorf("queue %s: %w", name, err)
		}
	}
	return s, nil
}

// URLVariable returns the name of the variable that holds a queue's URL:
// SEASTACK_QUEUE_TRANSCRIPTS_URL for "transcripts".
func URLVariable(name string) string {
	return "SEASTACK_QUEUE_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "_URL"
}

type sender[T any] struct {
	name   string
	url    string
	fifo   bool
	order  order // of a FIFO queue
	client *sqs.Client
}

// Send is tried three times by the SDK; what still fails is Unavailable.
func (s *sender[T]) Send(ctx context.Context, message T) error {
	body, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("queue %s: %w", s.name, err)
	}
	if len(body) > MaxMessage {
		return fmt.Errorf("queue %s: the message has %d bytes; SQS takes %d", s.name, len(body), MaxMessage)
	}
	in := &sqs.SendMessageInput{QueueUrl: &s.url, MessageBody: aws.String(string(body))}
	if s.fifo {
		if in.MessageGroupId, in.MessageDeduplicationId, err = s.order.ids(message); err != nil {
			return fmt.Errorf("queue %s: %w", s.name, err)
		}
	}
	_, err = s.client.SendMessage(ctx, in)
	if err != nil {
		return fault.New(fault.Unavailable, "The request cannot be queued at the moment.").Because(fmt.Errorf("queue %s: %w", s.name, err))
	}
	return nil
}
