// Package event provides typed handles on EventBridge. It knows how an event is
// published and where the bus's name stands; it must not know any event's type.
// An event is declared by an annotation on the type of its detail; whoever takes
// a Publisher of that type in a constructor may publish that event, and nothing
// else.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/awsconf"
)

// MaxSize is how many bytes an event may have: 1 MiB, EventBridge's limit for a
// request. The detail's JSON, the detail-type and the source count.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const MaxSize = 1 << 20

// Publisher publishes events of one type. When Publish returns nil, EventBridge
// holds the event; each subscriber gets it at least once, in no certain order.
type Publisher[T any] interface {
	Publish(ctx context.Context, detail T) error
}

// PublisherFunc is a Publisher made of a function, as tests like it.
type PublisherFunc[T any] func(ctx context.Context, detail T) error

// Publish calls the function.
func (f PublisherFunc[T]) Publish(ctx context.Context, detail T) error { return f(ctx, detail) }

// The variables that NewPublisher reads.
const (
	BusVariable    = "SEASTACK_EVENT_BUS"    // name of the environment's bus
	SourceVariable = "SEASTACK_EVENT_SOURCE" // source that the events name
)

// NewPublisher returns the publisher of the named event, which is its
// detail-type. It makes no request.
func NewPublisher[T any](ctx context.Context, name string) (Publisher[T], error) {
	p := &publisher[T]{name: name, bus: os.Getenv(BusVariable), source: os.Getenv(SourceVariable)}
	for variable, value := range map[string]string{BusVariable: p.bus, SourceVariable: p.source} {
		if value == "" {
			return nil, fmt.Errorf("event %s: the environment has no %s", name, variable)
		}
	}
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", name, err)
	}
	p.client = eventbridge.NewFromConfig(cfg)
	return p, nil
}

type publisher[T any] struct {
	name   string
	bus    string
	source string
	client *eventbridge.Client
}

// Publish is tried three times by the SDK; what still fails is Unavailable.
func (p *publisher[T]) Publish(ctx context.Context, detail T) error {
	body, err := json.Marshal(detail)
	if err != nil {
		return fmt.Errorf("event %s: %w", p.name, err)
	}
	if size := len(body) + len(p.name) + len(p.source); size > MaxSize {
		return fmt.Errorf("event %s: it has %d bytes; EventBridge takes %d", p.name, size, MaxSize)
	}
	out, err := p.client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: &p.bus, Source: &p.source, DetailType: &p.name, Detail: aws.String(string(body)),
	}}})
	if err == nil && out.FailedEntryCount > 0 && len(out.Entries) > 0 {
		err = fmt.Errorf("%s: %s", aws.ToString(out.Entries[0].ErrorCode), aws.ToString(out.Entries[0].ErrorMessage))
	}
	if err != nil {
		return fault.New(fault.Unavailable, "The event cannot be published at the moment.").Because(fmt.Errorf("event %s: %w", p.name, err))
	}
	return nil
}
