package apigateway

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/httpevent"
)

// function is an Invoker with one function behind all ARNs, except that of an
// authorizer.
type function struct {
	mu                sync.Mutex
	answer            string // its answer; empty: the event
	functionError     string
	err, logErr       error
	hang              bool // until the caller's context ends
	slow              time.Duration
	ended             chan struct{} // receives a value when a slow call ends
	arn, source, line string
	event             httpevent.Event
	authorizer        authorizerFunction
}

func (f *function) Invoke(ctx context.Context, arn string, payload []byte, source string) ([]byte, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if arn == authorizerARN {
		return f.authorizer.invoke(payload, source)
	}
	if f.slow > 0 { // like Lambda, it ignores ctx once it runs
		time.Sleep(f.slow)
		f.ended <- struct{}{}
	}
	f.arn, f.source, f.event = arn, source, httpevent.Event{}
	if err := json.Unmarshal(payload, &f.event); err != nil {
		return nil, "", err
	}
	if f.hang {
		<-ctx.Done()
		return nil, "", ctx.Err()
	}
	if f.answer == "" {
		return payload, f.functionError, f.err
	}
	return []byte(f.answer), f.functionError, f.err
}

func (f *function) log(_ string, _ time.Time, line string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.logErr == nil {
		f.line = line
	}
	return f.logErr
}

// line returns the last line of the access log, waiting until it is there.
func (f *function) lastLine(ctx context.Context) string {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		f.mu.Lock()
		line := f.line
		f.mu.Unlock()
		if line != "" {
			return line
		}
		select {
		case <-ctx.Done():
			return ""
		case <-tick.C:
		}
	}
}
