package events

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/seastack/seastack/tools/localcloud/traceheader"
	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

const (
	function = "arn:aws:lambda:eu-central-1:000000000000:function:record:live"
	queue    = "arn:aws:sqs:eu-central-1:000000000000:events"
	dead     = "arn:aws:sqs:eu-central-1:000000000000:dead"
)

// cloud is a local cloud with EventBridge only, and targets in the test.
type cloud struct {
	*wiretest.Cloud[*Service]
	*eventbridge.Client
	targets *targets
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{targets: &targets{fail: map[string]error{}, arrived: make(chan got, 100)}}
	c.Cloud = wiretest.Start(t, func(env *wire.Env) (*Service, error) {
		if c.Cloud != nil {
			_ = c.Service.Close() // its deliveries are those of the process that has ended
		}
		s, err := New(env, c.targets.deps())
		if err == nil {
			err = s.Start(context.WithoutCancel(t.Context()))
		}
		return s, err
	})
	c.Client = eventbridge.NewFromConfig(c.Config(t))
	return c
}

// targets are functions and queues that record what they receive.
type targets struct {
	mu      sync.Mutex
	fail    map[string]error // by the target's ARN
	arrived chan got
	asked   []map[string][]string // keys of authorizations
}

type got struct {
	arn, rule, payload string
	attributes         map[string]string
	trace              string // X-Ray's header
}

func (t *targets) deps() Deps {
	return Deps{
		Invoke: func(ctx context.Context, arn, rule string, payload []byte) error {
			return t.take(got{arn: arn, rule: rule, payload: string(payload), trace: traceheader.From(ctx)})
		},
		Send: func(ctx context.Context, arn, rule, body string, attributes map[string]string) error {
			return t.take(got{arn, rule, body, attributes, traceheader.From(ctx)})
		},
		Authorize: func(_ wire.Principal, action, resource string, keys map[string][]string) error {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.asked = append(t.asked, keys)
			if keys["events:source"][0] == "forbidden" {
				return wire.Errorf(403, "AccessDeniedException", "no %s on %s", action, resource)
			}
			return nil
		},
	}
}

func (t *targets) take(g got) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.fail[g.arn]; err != nil {
		return err
	}
	t.arrived <- g
	return nil
}

func (t *targets) failing(arn string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fail[arn] = err
}

// next returns the next delivery.
func (t *targets) next(tb testing.TB) got {
	tb.Helper()
	select {
	case g := <-t.arrived:
		return g
	case <-time.After(10 * time.Second):
		tb.Fatal("nothing has arrived")
		return got{}
	}
}
