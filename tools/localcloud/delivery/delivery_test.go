package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type parcel struct {
	State
	Name string
	Rank int
}

// post is a queue of parcels, whose receiver answers with failures, in this order,
// and then accepts.
type post struct {
	*Queue[parcel]
	now      time.Time
	failures []error
	accepted []string
	dropped  []string
}

func newPost(t *testing.T) *post {
	db, err := store.Open(filepath.Join(t.TempDir(), "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := &post{now: time.UnixMilli(1_800_000_000_000)}
	p.Queue = &Queue[parcel]{
		Env:     &wire.Env{Store: db, Now: func() time.Time { return p.now }, Log: slog.New(slog.DiscardHandler)},
		Waiting: store.In[parcel](db, "parcels"), Key: func(d parcel) string { return d.Name }, State: func(d *parcel) *State { return &d.State },
		Order: func(a, b parcel) int { return a.Rank - b.Rank },
		Send: func(_ context.Context, d parcel) error {
			if len(p.failures) > 0 {
				err := p.failures[0]
				p.failures = p.failures[1:]
				return err
			}
			p.accepted = append(p.accepted, d.Name)
			return nil
		},
		Failed: func(_ context.Context, d parcel, err error) (time.Duration, bool) {
			if Permanent(err) {
				p.dropped = append(p.dropped, d.Name)
				return 0, false
			}
			return d.Backoff(), true
		},
	}
	for i, name := range []string{"c", "a", "b"} {
		if err := p.Waiting.Put(name, parcel{Name: name, Rank: i, State: State{At: p.now.UnixMilli()}}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *post) round(t *testing.T, ctx context.Context) time.Duration {
	t.Helper()
	next, err := p.Round(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return next.Sub(p.now)
}

// TestRound: what is due is sent in order; a failure waits, longer each time, and a
// refusal is dropped.
func TestRound(t *testing.T) {
	p := newPost(t)
	p.failures = []error{errors.New("busy"), wire.Errorf(http.StatusForbidden, "AccessDenied", "no")}
	if next := p.round(t, t.Context()); next != time.Second {
		t.Errorf("the next round is in %v", next)
	}
	p.now = p.now.Add(time.Second)
	p.failures = []error{wire.Errorf(http.StatusTooManyRequests, "TooManyRequestsException", "later")}
	if next := p.round(t, t.Context()); next != 2*time.Second {
		t.Errorf("the next round is in %v", next)
	}
	p.now = p.now.Add(2 * time.Second)
	if next := p.round(t, t.Context()); next != time.Hour {
		t.Errorf("the next round is in %v", next)
	}
	if got := fmt.Sprint(p.accepted, p.dropped); got != "[b c] [a]" {
		t.Errorf("accepted and dropped: %s", got)
	}
}

// TestStop: as the cloud stops, nothing new is sent, and what fails keeps its state.
func TestStop(t *testing.T) {
	p := newPost(t)
	ctx, stop := context.WithCancel(t.Context())
	send := p.Send
	p.Send = func(ctx context.Context, d parcel) error {
		stop()
		return errors.Join(send(ctx, d), ctx.Err())
	}
	p.round(t, ctx)
	left, err := p.Waiting.List("")
	if err != nil || len(left) != 3 || slices.ContainsFunc(left, func(d parcel) bool { return d.Attempts > 0 }) {
		t.Errorf("%+v, %v", left, err)
	}
}
