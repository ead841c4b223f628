package sns

import (
	"context"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

const (
	function = "arn:aws:lambda:eu-central-1:000000000000:function:record:live"
	queue    = "arn:aws:sqs:eu-central-1:000000000000:messages"
	dead     = "arn:aws:sqs:eu-central-1:000000000000:dead"
	topicARN = "arn:aws:sns:eu-central-1:000000000000:shop"
)

// cloud is a local cloud with SNS only, and endpoints in the test.
type cloud struct {
	*wiretest.Cloud[*Service]
	*sdk.Client
	endpoints *endpoints
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{endpoints: &endpoints{fail: map[string]error{}, arrived: make(chan got, 100)}}
	c.Cloud = wiretest.Start(t, func(env *wire.Env) (*Service, error) {
		if c.Cloud != nil {
			_ = c.Service.Close() // its deliveries are those of the process that has ended
		}
		s, err := New(env, c.endpoints.deps())
		if err == nil {
			err = s.Start(context.WithoutCancel(t.Context()))
		}
		return s, err
	})
	c.Client = sdk.NewFromConfig(c.Config(t))
	return c
}

// endpoints are functions and queues that record what they receive.
type endpoints struct {
	mu       sync.Mutex
	fail     map[string]error // by the endpoint's ARN
	arrived  chan got
	policies []string // that were asked for permission
	refusal  error
}

type got struct {
	arn, topic, body string
	attributes       map[string]Attribute
}

func (e *endpoints) deps() Deps {
	return Deps{
		Invoke: func(_ context.Context, arn, topic string, payload []byte) error {
			return e.take(got{arn: arn, topic: topic, body: string(payload)})
		},
		Send: func(_ context.Context, arn, topic, body string, attributes map[string]Attribute) error {
			return e.take(got{arn, topic, body, attributes})
		},
		CheckPolicy: func(document string) error {
			_, err := policy.Resource(document)
			return err
		},
		Permit: func(document, service, source, topic string) error {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.policies = append(e.policies, document)
			return e.refusal
		},
	}
}

func (e *endpoints) take(g got) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.fail[g.arn]; err != nil {
		return err
	}
	e.arrived <- g
	return nil
}

func (e *endpoints) failing(arn string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fail[arn] = err
}

// next returns the next delivery.
func (e *endpoints) next(tb testing.TB) got {
	tb.Helper()
	select {
	case g := <-e.arrived:
		return g
	case <-time.After(10 * time.Second):
		tb.Fatal("nothing has arrived")
		return got{}
	}
}
