package test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// How often traffic sends a request and a message.
const (
	requestEvery = 20 * time.Millisecond
	messageEvery = 250 * time.Millisecond
)

// drainLimit is how long the last messages may take: one that was received by a
// function that was removed meanwhile comes again after the queue's visibility
// timeout, which is six times the function's.
const drainLimit = 3 * time.Minute

// received is what functions have told.
type received struct {
	url string
	mu  sync.Mutex
	ids map[string]int
}

// receive starts a server that functions tell what they have done.
func receive(t *testing.T) *received {
	t.Helper()
	r := &received{ids: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.ids[strings.TrimPrefix(req.URL.Path, "/")]++
	}))
	t.Cleanup(server.Close)
	r.url = server.URL + "/"
	return r
}

func (r *received) has(what string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ids[what] > 0
}

// traffic uses a deployment until it ends.
type traffic struct {
	d     *deployment
	done  *received
	queue string // URL
	stop  context.CancelFunc
	wg    sync.WaitGroup

	mu       sync.Mutex
	steady   []route // must be answered with success
	leaving  []route // may be answered with 404
	requests int
	sent     []string
	failures []string
}

func startTraffic(t *testing.T, d *deployment, done *received, routes map[string]route) *traffic {
	t.Helper()
	name := d.prefix() + "jobs"
	url := must(d.sqs().GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: &name}))(t)
	ctx, stop := context.WithCancel(t.Context())
	x := &traffic{d: d, done: done, queue: aws.ToString(url.QueueUrl), stop: stop}
	x.expect(routes, routes)
	x.wg.Go(func() { x.every(ctx, requestEvery, x.request) })
	x.wg.Go(func() { x.every(ctx, messageEvery, x.send) })
	t.Cleanup(func() { stop(); x.wg.Wait() })
	return x
}

// unanswered is how many requests, or messages, may wait for an answer at once. On a
// machine that does nothing else, one or two do. Without a bound, a busy machine would
// start a function for each that is late, and be later with the next.
const unanswered = 16

func (x *traffic) every(ctx context.Context, pause time.Duration, do func(context.Context, int)) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	slots := make(chan struct{}, unanswered)
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case <-ctx.Done():
			return
		case slots <- struct{}{}:
		}
		x.wg.Go(func() {
			defer func() { <-slots }()
			do(ctx, i)
		})
	}
}

// expect says which routes there are before and after the step that begins.
func (x *traffic) expect(before, after map[string]route) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.steady, x.leaving = nil, nil
	for key, r := range before {
		if _, stays := after[key]; stays {
			x.steady = append(x.steady, r)
		} else {
			x.leaving = append(x.leaving, r)
		}
	}
}

func (x *traffic) request(ctx context.Context, i int) {
	x.mu.Lock()
	all := append(append([]route{}, x.steady...), x.leaving...)
	r, steady := all[i%len(all)], i%len(all) < len(x.steady)
	x.requests++
	x.mu.Unlock()
	start := time.Now()
	status, body, err := x.d.call(ctx, r)
	if ctx.Err() != nil || err == nil && (status/100 == 2 || !steady && status == http.StatusNotFound) {
		return
	}
	x.fail("%s %s at %s, for %s: %d %s %v", r.method, r.path, start.Format("15:04:05.000"), time.Since(start), status, body, err)
}

func (x *traffic) fail(format string, args ...any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.failures = append(x.failures, fmt.Sprintf(format, args...))
}

func (d *deployment) call(ctx context.Context, r route) (status int, body string, err error) {
	method := strings.Replace(r.method, "ANY", http.MethodPatch, 1)
	req, err := http.NewRequestWithContext(ctx, method, d.api+r.path, nil)
	if err != nil {
		return 0, "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw), err
}

func (x *traffic) send(ctx context.Context, i int) {
	id := fmt.Sprint(i)
	body := fmt.Sprintf(`{"ID":%q}`, id)
	if _, err := x.d.sqs().SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &x.queue, MessageBody: &body}); err != nil {
		if ctx.Err() == nil {
			x.fail("message %s: %v", id, err)
		}
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sent = append(x.sent, id)
}

// settle wants that after a step every route is answered by its handler, and
// that no request has failed.
func (x *traffic) settle(t *testing.T, now map[string]route) {
	t.Helper()
	for _, r := range now {
		status, body, err := x.d.call(t.Context(), r)
		if want := fmt.Sprintf(`{"Text":%q}`, r.handler); err != nil || status/100 != 2 || body != want {
			t.Errorf("%s %s: %d %s %v, want %s", r.method, r.path, status, body, err, want)
		}
	}
	x.expect(now, now)
	x.mu.Lock()
	defer x.mu.Unlock()
	for i, failure := range x.failures {
		if i < 20 {
			t.Error(failure)
		}
	}
	if n := len(x.failures); n > 0 {
		t.Errorf("%d of %d requests and messages failed", n, x.requests+len(x.sent))
	}
	x.failures = nil
}

// end ends the traffic and wants that every message was done, and none given up.
func (x *traffic) end(t *testing.T) {
	t.Helper()
	x.stop()
	x.wg.Wait()
	eventually(t, drainLimit, "the end of all messages", func(context.Context) (bool, error) {
		var open []string
		for _, id := range x.sent {
			if !x.done.has("job/" + id) {
				open = append(open, id)
			}
		}
		if len(open) > 0 {
			return false, fmt.Errorf("%d of %d messages are not done: %v", len(open), len(x.sent), open)
		}
		return true, nil
	})
	dead := x.queue + "-dlq"
	name := sqstypes.QueueAttributeNameApproximateNumberOfMessages
	out := must(x.d.sqs().GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &dead, AttributeNames: []sqstypes.QueueAttributeName{name},
	}))(t)
	if n := out.Attributes[string(name)]; n != "0" {
		t.Errorf("%s messages were given up", n)
	}
	t.Logf("%d requests and %d messages, none lost", x.requests, len(x.sent))
}
