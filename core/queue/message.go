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
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/awsconf"
	"github.com/seastack/seastack/core/telemetry"
)

// Message is a message as it is sent.
type Message struct {
	Queue         string // the queue's name
	Body          string // JSON
	Group         string // of a FIFO queue, else empty
	Deduplication string // of a FIFO queue; empty: SQS takes the body's digest
}

// Encoder encodes the messages of one type for their queue, and sends none.
type Encoder[T any] struct {
	name  string
	fifo  bool
	order order // of a FIFO queue
}

// NewEncoder returns the encoder of the named queue's messages, whose URL stands in
// the variable that URLVariable returns.
func NewEncoder[T any](name string) (*Encoder[T], error) {
	url, err := urlOf(name)
	if err != nil {
		return nil, err
	}
	e := &Encoder[T]{name: name, fifo: strings.HasSuffix(url, ".fifo")}
	if e.fifo {
		if e.order, err = orderOf(reflect.TypeFor[T]()); err != nil {
			return nil, fmt.Errorf("queue %s: %w", name, err)
		}
	}
	return e, nil
}

func urlOf(name string) (string, error) {
	url := os.Getenv(URLVariable(name))
	if url == "" {
		return "", fmt.Errorf("queue %s: the environment has no %s", name, URLVariable(name))
	}
	return url, nil
}

// Encode encodes a message. One that is larger than MaxMessage, or that has no
// group that SQS takes where the queue wants one, is an error.
func (e *Encoder[T]) Encode(message T) (Message, error) {
	body, err := json.Marshal(message)
	if err != nil {
		return Message{}, fmt.Errorf("queue %s: %w", e.name, err)
	}
	if len(body) > MaxMessage {
		return Message{}, fmt.Errorf("queue %s: the message has %d bytes; SQS takes %d", e.name, len(body), MaxMessage)
	}
	m := Message{Queue: e.name, Body: string(body)}
	if e.fifo {
		if m.Group, m.Deduplication, err = e.order.ids(message); err != nil {
			return Message{}, fmt.Errorf("queue %s: %w", e.name, err)
		}
	}
	return m, nil
}

// Client sends messages to the queues whose URLs the environment has.
type Client struct{ sqs *sqs.Client }

// NewClient returns a client. It makes no request.
func NewClient(ctx context.Context) (*Client, error) {
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, err
	}
	return &Client{sqs.NewFromConfig(cfg)}, nil
}

// Send sends a message. The SDK tries three times; what still fails is a fault of
// the kind Unavailable.
func (c *Client) Send(ctx context.Context, m Message) (err error) {
	url, err := urlOf(m.Queue)
	if err != nil {
		return err
	}
	ctx, span := telemetry.Start(ctx, telemetry.Producer, "send", m.Queue)
	defer func() { span.End(err) }()
	span.Set("messaging.system", "aws_sqs").Set("messaging.operation.type", "send").
		Set("messaging.destination.name", m.Queue)
	in := &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &m.Body}
	addContext(ctx, in)
	if m.Group != "" {
		in.MessageGroupId = &m.Group
	}
	if m.Deduplication != "" {
		in.MessageDeduplicationId = &m.Deduplication
	}
	out, err := c.sqs.SendMessage(ctx, in)
	if err != nil {
		return fault.New(fault.Unavailable, "The request cannot be queued at the moment.").Because(fmt.Errorf("queue %s: %w", m.Queue, err))
	}
	span.Set("messaging.message.id", aws.ToString(out.MessageId))
	return nil
}

// addContext adds the context of ctx's span: as an attribute that OpenTelemetry's
// consumers read, where the message has room for it, and as AWS's own, which does not
// count.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
func addContext(ctx context.Context, in *sqs.SendMessageInput) {
	parent := telemetry.TraceParent(ctx)
	if parent == "" {
		return
	}
	in.MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{
		string(types.MessageSystemAttributeNameForSendsAWSTraceHeader): {
			DataType: aws.String("String"), StringValue: aws.String(telemetry.XRayHeader(ctx)),
		},
	}
	const typed = "String"
	if len(*in.MessageBody)+len(telemetry.TraceParentKey)+len(typed)+len(parent) <= MaxMessage {
		in.MessageAttributes = map[string]types.MessageAttributeValue{
			telemetry.TraceParentKey: {DataType: aws.String(typed), StringValue: &parent},
		}
	}
}
