package s3

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// A delivery that fails is tried again with growing pauses, for a day at most. AWS
// documents no figures.
const (
	maxBackoff      = 5 * time.Minute
	maxAge          = 24 * time.Hour
	deliveryTimeout = 10 * time.Second
	// maxSleep bounds how long the outbox sleeps: after a suspend of the machine
	// timers are late, but the time is right.
	maxSleep = 20 * time.Second
)

// outbox holds the events that are not delivered yet. An event is stored in the
// transaction that changes its object, so that a killed process loses none.
type outbox struct {
	env        *wire.Env
	deliveries store.Collection[delivery] // by their sequence
	sequences  store.Collection[int64]    // one record: the last sequence
	to         Destinations

	changed chan struct{} // holds a value if there may be a new delivery
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// delivery is an event for one destination.
type delivery struct {
	Key         string
	Destination string // ARN; "" for the default event bus
	Source      string // ARN of the bucket
	Event       string // JSON
	First       int64  // of the first attempt, in milliseconds
	At          int64  // of the next attempt, in milliseconds
	Attempts    int    // made
}

func newOutbox(env *wire.Env) *outbox {
	return &outbox{
		env:        env,
		deliveries: store.In[delivery](env.Store, "s3/deliveries"),
		sequences:  store.In[int64](env.Store, "s3/sequences"),
		changed:    make(chan struct{}, 1),
		stop:       func() {},
	}
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
	d := delivery{
		Key: fmt.Sprintf("%016x", sequence), Destination: destination, Source: ARN(bucket, ""),
		Event: string(message), First: now, At: now,
	}
	return o.deliveries.PutTx(tx, d.Key, d)
}

// touch makes the outbox check for new deliveries.
func (o *outbox) touch() {
	select {
	case o.changed <- struct{}{}:
	default: // it will check anyway
	}
}

// run delivers what is due until ctx ends.
func (o *outbox) run(ctx context.Context) {
	for {
		next, err := o.deliverDue(ctx)
		if err != nil {
			o.env.Log.Error("s3 events", "err", err)
			next = o.env.Now().Add(time.Second)
		}
		timer := time.NewTimer(min(max(next.Sub(o.env.Now()), time.Millisecond), maxSleep))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-o.changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// deliverDue makes the attempts that are due, and returns when the next one is.
func (o *outbox) deliverDue(ctx context.Context) (next time.Time, err error) {
	now := o.env.Now()
	next = now.Add(maxSleep)
	all, err := o.deliveries.List("")
	if err != nil {
		return next, err
	}
	for _, d := range all {
		if ctx.Err() != nil {
			return next, nil
		}
		if d.At <= now.UnixMilli() {
			if d, err = o.deliver(ctx, d); err != nil {
				return next, err
			}
		}
		if at := time.UnixMilli(d.At); d.At > 0 && at.Before(next) {
			next = at
		}
	}
	return next, nil
}

// deliver makes one attempt and stores its result. It returns the delivery with
// the time of its next attempt, 0 if there is none.
func (o *outbox) deliver(ctx context.Context, d delivery) (delivery, error) {
	attempt, cancel := context.WithTimeout(ctx, deliveryTimeout)
	defer cancel()
	err := o.send(attempt, d)
	if ctx.Err() != nil && err != nil {
		return d, nil // the cloud stops: the delivery is still stored, for the next start
	}
	d.Attempts++
	if err == nil {
		d.At = 0
		return d, o.deliveries.Delete(d.Key)
	}
	now := o.env.Now()
	if isPermanent(err) || now.UnixMilli()-d.First > maxAge.Milliseconds() {
		o.env.Log.Warn("s3 drops an event that its destination does not accept",
			"bucket", d.Source, "destination", d.Destination, "attempt", d.Attempts, "err", err)
		d.At = 0
		return d, o.deliveries.Delete(d.Key)
	}
	o.env.Log.Warn("s3 could not deliver an event",
		"bucket", d.Source, "destination", d.Destination, "attempt", d.Attempts, "err", err)
	d.At = now.Add(min(time.Second<<min(d.Attempts-1, 20), maxBackoff)).UnixMilli()
	return d, o.deliveries.Put(d.Key, d)
}

func (o *outbox) send(ctx context.Context, d delivery) error {
	if d.Destination != "" {
		return o.to.Send(ctx, d.Destination, d.Source, []byte(d.Event))
	}
	var e BusEvent
	if err := json.Unmarshal([]byte(d.Event), &e); err != nil {
		return err
	}
	return o.to.Publish(e)
}

// isPermanent reports whether an error would recur with each attempt: the
// destination is gone, or its policy does not let S3 send.
func isPermanent(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.HTTPStatus() < 500 && e.HTTPStatus() != http.StatusTooManyRequests
}

// SendEvents sets the destinations of events. It must be called before Start.
func (s *Service) SendEvents(to Destinations) { s.outbox.to = to }

// Start starts the delivery of events and returns. Close stops it.
func (s *Service) Start(ctx context.Context) error {
	if s.outbox.to == nil {
		return nil
	}
	ctx, s.outbox.stop = context.WithCancel(ctx)
	s.outbox.done.Go(func() { s.outbox.run(ctx) })
	return nil
}

// Close stops the delivery of events and waits for one that is under way.
func (s *Service) Close() error {
	s.outbox.stop()
	s.outbox.done.Wait()
	return nil
}
