// Package event provides typed handles on EventBridge. It knows how an event is
// published and where the bus's name stands; it must not know any event's type.
// An event is declared by an annotation on the type of its detail; whoever takes
// a Publisher of that type in a constructor may publish that event, and nothing
// else.
package event

import (
	"context"
	"fmt"
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

// The variables that NewClient reads.
const (
	BusVariable    = "SEASTACK_EVENT_BUS"    // name of the environment's bus
	SourceVariable = "SEASTACK_EVENT_SOURCE" // source that the events name
)

// NewPublisher returns the publisher of the named event, which is its
// detail-type. It makes no request.
func NewPublisher[T any](ctx context.Context, name string) (Publisher[T], error) {
	client, err := NewClient(ctx)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", name, err)
	}
	return &publisher[T]{name, client}, nil
}

type publisher[T any] struct {
	name   string
	client *Client
}

// Publish is tried three times by the SDK; what still fails is Unavailable.
func (p *publisher[T]) Publish(ctx context.Context, detail T) error {
	e, err := Encode(p.name, detail)
	if err != nil {
		return err
	}
	return p.client.Publish(ctx, e)
}
