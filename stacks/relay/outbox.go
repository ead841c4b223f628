package relay

import (
	"context"
	"log/slog"
	"time"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/idempotency"
	"github.com/seastack/seastack/core/metrics"
	"github.com/seastack/seastack/core/outbox"
)

// Outbox relays the outbox.
type Outbox struct {
	primary *db.Primary
	relay   *outbox.Relay
}

// NewOutbox returns the handler on the database.
func NewOutbox(primary *db.Primary, relay *outbox.Relay) *Outbox { return &Outbox{primary, relay} }

// sweep is how many expired results of requests one run removes at most.
const sweep = 10_000

// Relay sends what waits, and removes the results of requests that have expired.
//
//seastack:schedule rate(1 minute)
func (h *Outbox) Relay(ctx context.Context) error {
	counts, err := h.relay.Run(ctx)
	if err != nil {
		return err
	}
	if counts != (outbox.Counts{}) {
		slog.InfoContext(ctx, "relayed", "sent", counts.Sent, "failed", counts.Failed)
	}
	waiting, err := h.relay.Waiting(ctx)
	if err != nil {
		return err
	}
	metrics.Gauge(ctx, "OutboxAge", float64(waiting.Oldest/time.Second))
	_, err = idempotency.Sweep(ctx, h.primary, sweep)
	return err
}
