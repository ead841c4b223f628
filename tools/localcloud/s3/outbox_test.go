package s3

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// sink is a destination that answers with errors, in this order, and then accepts.
type sink struct {
	mu       sync.Mutex
	failures []error
	attempts int
	accepted []string
}

func (k *sink) Check(string, string) error { return nil }

func (k *sink) Send(_ context.Context, _, _ string, event []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.attempts++
	if len(k.failures) > 0 {
		err := k.failures[0]
		k.failures = k.failures[1:]
		return err
	}
	k.accepted = append(k.accepted, string(event))
	return nil
}

func (k *sink) Publish(BusEvent) error { return errors.New("no test has a bus") }

// outboxOf opens an outbox on a state, with a clock that the test moves.
func outboxOf(t *testing.T, path string, now *time.Time, to Destinations) *outbox {
	t.Helper()
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	o := newOutbox(&wire.Env{Account: "000000000000", Store: db, Now: func() time.Time { return *now }, Log: slog.New(slog.DiscardHandler)})
	o.to = to
	return o
}

func (o *outbox) put(t *testing.T, event string) {
	t.Helper()
	err := o.env.Store.Update(func(tx *store.Tx) error {
		sequence, err := o.nextTx(tx)
		if err != nil {
			return err
		}
		return o.putTx(tx, sequence, "arn:aws:sqs:us-east-1:000000000000:q", "things", []byte(event))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (o *outbox) look(t *testing.T) {
	t.Helper()
	if _, err := o.deliveries.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (o *outbox) wantLeft(t *testing.T, n int) {
	t.Helper()
	left, err := o.deliveries.Waiting.List("")
	if err != nil || len(left) != n {
		t.Fatalf("%d deliveries are left, want %d; %v", len(left), n, err)
	}
}

// TestDeliveriesOutliveTheProcess: an event that could not be delivered is
// delivered after the next start, at the time of its next attempt.
func TestDeliveriesOutliveTheProcess(t *testing.T) {
	path, now := filepath.Join(t.TempDir(), "state.db"), time.UnixMilli(1_800_000_000_000)
	k := &sink{failures: []error{errors.New("busy")}}
	before := outboxOf(t, path, &now, k)
	before.put(t, "one")
	before.look(t)
	before.look(t) // it is not due again
	if before.wantLeft(t, 1); k.attempts != 1 {
		t.Fatalf("%d attempts", k.attempts)
	}
	if err := before.env.Store.Close(); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Second)
	after := outboxOf(t, path, &now, k)
	defer after.env.Store.Close()
	after.look(t)
	if after.wantLeft(t, 0); len(k.accepted) != 1 || k.accepted[0] != "one" {
		t.Errorf("accepted %v", k.accepted)
	}
}

// TestAttempts: a refusal ends a delivery, a failure does not until it is a day
// old.
func TestAttempts(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	k := &sink{failures: []error{
		wire.Errorf(http.StatusForbidden, "AccessDenied", "no"),
		wire.Errorf(http.StatusTooManyRequests, "TooManyRequestsException", "later"), errors.New("busy"),
	}}
	o := outboxOf(t, filepath.Join(t.TempDir(), "state.db"), &now, k)
	defer o.env.Store.Close()
	o.put(t, "refused")
	o.look(t)
	o.wantLeft(t, 0)
	o.put(t, "late")
	o.look(t)
	o.wantLeft(t, 1)
	now = now.Add(maxAge + time.Second)
	o.look(t)
	o.wantLeft(t, 0)
	if k.attempts != 3 || len(k.accepted) > 0 {
		t.Errorf("%d attempts, accepted %v", k.attempts, k.accepted)
	}
}

// TestSequencesGrow: also while the clock stands still or goes back.
func TestSequencesGrow(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	k := &sink{}
	o := outboxOf(t, filepath.Join(t.TempDir(), "state.db"), &now, k)
	defer o.env.Store.Close()
	o.put(t, "1")
	o.put(t, "2")
	now = now.Add(-time.Hour)
	o.put(t, "3")
	now = now.Add(time.Hour)
	o.look(t)
	if len(k.accepted) != 3 || k.accepted[0] != "1" || k.accepted[2] != "3" {
		t.Errorf("accepted %v", k.accepted)
	}
}
