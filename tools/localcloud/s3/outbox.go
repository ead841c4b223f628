package s3

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxAge is how long a delivery that fails is tried again. AWS documents no figure.
const maxAge = 24 * time.Hour

// outbox holds the events that are not delivered yet. An event is stored in the
// transaction that changes its object, so that a killed process loses none.
type outbox struct {
	env        *wire.Env
	deliveries *delivery.Queue[pending] // by their sequence
	loop       *delivery.Loop           // of the deliveries
	sequences  store.Collection[int64]  // one record: the last sequence
	to         Destinations
}

// pending is an event for one destination.
type pending struct {
	delivery.State
	Key         string
	Destination string // ARN; "" for the default event bus
	Source      string // ARN of the bucket
	Event       string // JSON
	First       int64  // of the first attempt, in milliseconds
}

func newOutbox(env *wire.Env) *outbox {
	o := &outbox{env: env, sequences: store.In[int64](env.Store, "s3/sequences")}
	o.deliveries = &delivery.Queue[pending]{
		Env: env, Waiting: store.In[pending](env.Store, "s3/deliveries"),
		Key: func(d pending) string { return d.Key }, State: func(d *pending) *delivery.State { return &d.State },
		Send: o.send, Failed: o.failed,
	}
	o.loop = delivery.NewLoop(env, "s3 events", o.deliveries.Round)
	return o
}

// addTx stores an event for the destinations that are configured for it.
func (o *outbox) addTx(tx *store.Tx, b bucket, from origin, e event) error {
	body := b.Configurations["notification"].Body
	if body == "" {
		return nil
	}
	all, err := readNotifications(body)
	if err != nil {
		return err
	}
	if all.Bus != nil {
		if err := o.publishTx(tx, from, e); err != nil {
			return err
		}
	}
	for _, n := range all.all() {
		if !n.matches(e.name, e.version.Key) {
			continue
		}
		sequence, err := o.nextTx(tx)
		if err != nil {
			return err
		}
		message, err := e.message(o.env, from, n.ID, sequence)
		if err != nil {
			return err
		}
		if err := o.putTx(tx, sequence, n.destination(), b.Name, message); err != nil {
			return err
		}
	}
	return nil
}

// publishTx stores an event for the default event bus.
func (o *outbox) publishTx(tx *store.Tx, from origin, e event) error {
	sequence, err := o.nextTx(tx)
	if err != nil {
		return err
	}
	message, err := json.Marshal(e.onBus(o.env, from, sequence))
	if err != nil {
		return err
	}
	return o.putTx(tx, sequence, "", e.bucket, message)
}

// testTx stores a test event for each queue.
func (o *outbox) testTx(tx *store.Tx, c *wire.Call, bucket string, queues []notification) error {
	for _, n := range queues {
		message, err := testMessage(bucket, c.RequestID, o.env.Now())
		if err != nil {
			return err
		}
		sequence, err := o.nextTx(tx)
		if err != nil {
			return err
		}
		if err := o.putTx(tx, sequence, n.destination(), bucket, message); err != nil {
			return err
		}
	}
	return nil
}

// nextTx returns a number that is larger than all that it has returned before,
// even if the clock went back.
func (o *outbox) nextTx(tx *store.Tx) (int64, error) {
	const key = "last"
	last, _, err := o.sequences.GetTx(tx, key)
	if err != nil {
		return 0, err
	}
	next := max(o.env.Now().UnixNano(), last+1)
	return next, o.sequences.PutTx(tx, key, next)
}

func (o *outbox) putTx(tx *store.Tx, sequence int64, destination, bucket string, message []byte) error {
	now := o.env.Now().UnixMilli()
	d := pending{
		State: delivery.State{At: now}, Key: fmt.Sprintf("%016x", sequence), Destination: destination, Source: ARN(bucket, ""),
		Event: string(message), First: now,
	}
	return o.deliveries.Waiting.PutTx(tx, d.Key, d)
}

// failed drops an event that its destination does not accept.
func (o *outbox) failed(_ context.Context, d pending, err error) (pause time.Duration, again bool) {
	message, again := "s3 could not deliver an event", true
	if delivery.Permanent(err) || o.env.Now().UnixMilli()-d.First > maxAge.Milliseconds() {
		message, again = "s3 drops an event that its destination does not accept", false
	}
	o.env.Log.Warn(message, "bucket", d.Source, "destination", d.Destination, "attempt", d.Attempts, "err", err)
	return d.Backoff(), again
}

func (o *outbox) send(ctx context.Context, d pending) error {
	if d.Destination != "" {
		return o.to.Send(ctx, d.Destination, d.Source, []byte(d.Event))
	}
	var e BusEvent
	if err := json.Unmarshal([]byte(d.Event), &e); err != nil {
		return err
	}
	return o.to.Publish(e)
}

// SendEvents sets the destinations of events. It must be called before Start.
func (s *Service) SendEvents(to Destinations) { s.outbox.to = to }

// Start starts the delivery of events and returns. Close stops it.
func (s *Service) Start(ctx context.Context) error {
	if s.outbox.to == nil {
		return nil
	}
	s.outbox.loop.Start(ctx)
	return nil
}

// Close stops the delivery of events and waits for one that is under way.
func (s *Service) Close() error {
	s.outbox.loop.Close()
	return nil
}
