package scheduler

import (
	"context"
	"strings"
	"sync"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// targets are functions and queues that record what they receive, and roles whose
// names tell what they may do.
type targets struct {
	mu         sync.Mutex
	got        []got
	err        error         // of the next calls
	arrived    chan struct{} // receives a value with each delivery, if not nil
	authorized []string
}

type got struct {
	arn, payload string
	attributes   map[string]string
}

func (t *targets) deps() Deps {
	return Deps{
		Invoke: func(_ context.Context, arn string, payload []byte) error {
			return t.take(got{arn: arn, payload: string(payload)})
		},
		Send: func(_ context.Context, arn, body string, attributes map[string]string) error {
			return t.take(got{arn, body, attributes})
		},
		Roles: t,
	}
}

func (t *targets) take(g got) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil && !strings.HasSuffix(g.arn, "-dlq") {
		return t.err
	}
	t.got = append(t.got, g)
	if t.arrived != nil {
		t.arrived <- struct{}{}
	}
	return nil
}

// CheckTrust implements Roles.
func (t *targets) CheckTrust(role, service, source string) error {
	if strings.HasSuffix(role, "/untrusting") || service != "scheduler.amazonaws.com" ||
		!strings.HasPrefix(source, "arn:aws:scheduler:eu-central-1:000000000000:schedule-group/") {
		return wire.Errorf(403, "AccessDenied", "no")
	}
	return nil
}

// Authorize implements Roles.
func (t *targets) Authorize(p wire.Principal, action, resource string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.authorized = append(t.authorized, p.RoleARN+" "+action+" "+resource)
	if strings.HasSuffix(p.RoleARN, "/weak") && action == "lambda:InvokeFunction" {
		return wire.Errorf(403, "AccessDenied", "the role may not")
	}
	return nil
}

// taken returns what has arrived since the last call.
func (t *targets) taken() []got {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.got
	t.got = nil
	return all
}
