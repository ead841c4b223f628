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
	"github.com/seastack/seastack/core/telemetry"
)

// Event is an event as it is published.
type Event struct {
	Name   string // the detail-type
	Detail string // JSON
}

// Encode encodes an event. One that is too large for any source is an error.
func Encode(name string, detail any) (Event, error) {
	body, err := json.Marshal(detail)
	if err != nil {
		return Event{}, fmt.Errorf("event %s: %w", name, err)
	}
	if size := len(body) + len(name) + len(os.Getenv(SourceVariable)); size > MaxSize {
		return Event{}, fmt.Errorf("event %s: it has %d bytes; EventBridge takes %d", name, size, MaxSize)
	}
	return Event{name, string(body)}, nil
}

// Client publishes events on the environment's bus.
type Client struct {
	bus, source string
	eventbridge *eventbridge.Client
}

// NewClient returns a client. It makes no request.
func NewClient(ctx context.Context) (*Client, error) {
	c := &Client{bus: os.Getenv(BusVariable), source: os.Getenv(SourceVariable)}
	for variable, value := range map[string]string{BusVariable: c.bus, SourceVariable: c.source} {
		if value == "" {
			return nil, fmt.Errorf("the environment has no %s", variable)
		}
	}
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, err
	}
	c.eventbridge = eventbridge.NewFromConfig(cfg)
	return c, nil
}

// Publish publishes an event. The SDK tries three times; what still fails is a
// fault of the kind Unavailable.
func (c *Client) Publish(ctx context.Context, e Event) (err error) {
	ctx, span := telemetry.Start(ctx, telemetry.Producer, "publish", e.Name)
	defer func() { span.End(err) }()
	span.Set("messaging.system", "aws_eventbridge").Set("messaging.operation.type", "send").
		Set("messaging.destination.name", e.Name)
	entry := types.PutEventsRequestEntry{
		EventBusName: &c.bus, Source: &c.source, DetailType: &e.Name, Detail: &e.Detail,
	}
	// EventBridge passes it on to the queues of subscribers.
	// https://docs.aws.amazon.com/xray/latest/devguide/xray-services-eventbridge.html
	if header := telemetry.XRayHeader(ctx); header != "" {
		entry.TraceHeader = &header
	}
	out, err := c.eventbridge.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{entry}})
	if err == nil && out.FailedEntryCount > 0 && len(out.Entries) > 0 {
		err = fmt.Errorf("%s: %s", aws.ToString(out.Entries[0].ErrorCode), aws.ToString(out.Entries[0].ErrorMessage))
	}
	if err != nil {
		return fault.New(fault.Unavailable, "The event cannot be published at the moment.").Because(fmt.Errorf("event %s: %w", e.Name, err))
	}
	return nil
}
