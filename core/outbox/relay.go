package outbox

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/event"
	"github.com/seastack/seastack/core/internal/deadline"
	"github.com/seastack/seastack/core/queue"
)

// Relay sends what the functions have left in the outbox.
type Relay struct{ box *box }

// NewRelay returns the relay of a database's outbox. It sends to the queues and the
// bus that the environment names. It makes no request.
func NewRelay(ctx context.Context, primary *db.Primary) (*Relay, error) {
	b := &box{primary: primary}
	var err error
	if b.queues, err = queue.NewClient(ctx); err != nil {
		return nil, fmt.Errorf("relay: %w", err)
	}
	if os.Getenv(event.BusVariable) != "" {
		if b.events, err = event.NewClient(ctx); err != nil {
			return nil, fmt.Errorf("relay: %w", err)
		}
	}
	return &Relay{b}, nil
}

// Run sends until nothing is due any more, or ctx is about to end.
func (r *Relay) Run(ctx context.Context) (total Counts, err error) {
	for {
		c, err := r.box.round(ctx)
		total.Sent, total.Failed = total.Sent+c.Sent, total.Failed+c.Failed
		if err != nil || c == (Counts{}) || deadline.Within(ctx, 2*sendTimeout) {
			return total, err
		}
	}
}

// Waiting describes what is in the outbox.
type Waiting struct {
	Entries int
	Oldest  time.Duration // how long the oldest one has waited
	Failed  int           // entries of which an attempt has failed
}

// Waiting returns what is in the outbox.
func (r *Relay) Waiting(ctx context.Context) (w Waiting, err error) {
	err = r.box.primary.QueryRow(ctx, `
		SELECT count(*), coalesce(now() - min(written_at), '0'), count(*) FILTER (WHERE attempts > 0) FROM outbox`).
		Scan(&w.Entries, &w.Oldest, &w.Failed)
	return w, err
}
