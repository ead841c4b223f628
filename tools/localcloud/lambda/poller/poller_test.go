package poller

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/tools/localcloud/lambda/filter"
)

// fakeQueue returns its batches once, and records the calls.
type fakeQueue struct {
	mu       sync.Mutex
	batches  [][]Message
	errs     []error
	deleted  []string
	released []string
	changed  chan struct{}
}

func newFakeQueue(batches ...[]Message) *fakeQueue {
	return &fakeQueue{batches: batches, changed: make(chan struct{}, 100)}
}

func (q *fakeQueue) Receive(ctx context.Context, _ int, _ time.Duration) ([]Message, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.errs) > 0 {
		err := q.errs[0]
		q.errs = q.errs[1:]
		return nil, err
	}
	if len(q.batches) > 0 {
		b := q.batches[0]
		q.batches = q.batches[1:]
		return b, nil
	}
	q.mu.Unlock()
	<-ctx.Done()
	q.mu.Lock()
	return nil, ctx.Err()
}

func (q *fakeQueue) Delete(handles ...string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.deleted = append(q.deleted, handles...)
	q.changed <- struct{}{}
	return nil
}

func (q *fakeQueue) Release(handles ...string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.released = append(q.released, handles...)
	q.changed <- struct{}{}
	return nil
}

func message(id string) Message {
	text := "v"
	return Message{
		ID: id, ReceiptHandle: "h-" + id, Body: "body " + id, MD5OfBody: "md5", MD5OfMessageAttributes: "md5a",
		Attributes:        map[string]string{"ApproximateReceiveCount": "1", "SentTimestamp": "1700000000000"},
		MessageAttributes: map[string]Attribute{"a": {DataType: "String", StringValue: &text}, "b": {DataType: "Binary", BinaryValue: []byte{1}}},
	}
}

var config = Config{
	QueueARN: "arn:aws:sqs:us-east-1:000000000000:q", Region: "us-east-1", BatchSize: 10, Concurrency: 2,
	MaxPayload: 6 << 20, Backoff: time.Millisecond,
}

func TestEventIsWhatAWSSends(t *testing.T) {
	raw, err := event(config.QueueARN, config.Region, []Message{message("1")})
	if err != nil {
		t.Fatal(err)
	}
	var e events.SQSEvent
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		t.Fatal(err)
	}
	want := `{"messageId":"1","receiptHandle":"h-1","body":"body 1","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1700000000000"},` +
		`"messageAttributes":{"a":{"stringValue":"v","stringListValues":[],"binaryListValues":[],"dataType":"String"},` +
		`"b":{"binaryValue":"AQ==","stringListValues":[],"binaryListValues":[],"dataType":"Binary"}},"md5OfMessageAttributes":"md5a",` +
		`"md5OfBody":"md5","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:q","awsRegion":"us-east-1"}`
	if got := string(raw); got != `{"Records":[`+want+`]}` {
		t.Errorf("event\n%s, want\n%s", got, want)
	}
	if m := e.Records[0]; m.MessageId != "1" || m.EventSourceARN != config.QueueARN || *m.MessageAttributes["a"].StringValue != "v" {
		t.Errorf("decoded %+v", m)
	}
}

func TestFailureReports(t *testing.T) {
	batch := []Message{message("1"), message("2")}
	for _, tc := range []struct {
		answer string
		failed []string
		all    bool
	}{
		{answer: ``},
		{answer: `null`},
		{answer: `{}`},
		{answer: `{"batchItemFailures":null}`},
		{answer: `{"batchItemFailures":[]}`},
		{answer: `{"batchItemFailures":[{"itemIdentifier":"2"}]}`, failed: []string{"2"}},
		{answer: `"ok"`, all: true},
		{answer: `{"batchItemFailures":[{"itemIdentifier":""}]}`, all: true},
		{answer: `{"batchItemFailures":[{"itemIdentifier":null}]}`, all: true},
		{answer: `{"batchItemFailures":[{"identifier":"1"}]}`, all: true},
		{answer: `{"batchItemFailures":[{"itemIdentifier":"9"}]}`, all: true},
	} {
		ids, all := failures(batch, []byte(tc.answer))
		var got []string
		for id := range ids {
			got = append(got, id)
		}
		if all != tc.all || !slices.Equal(got, tc.failed) {
			t.Errorf("%s: all %t, failed %v", tc.answer, all, got)
		}
	}
}

func TestBatchesFitIntoAnInvocation(t *testing.T) {
	big := message("big")
	big.Body = strings.Repeat("x", 5000)
	parts := split([]Message{message("1"), big, message("2"), big}, 7000)
	var sizes []int
	for _, p := range parts {
		sizes = append(sizes, len(p))
	}
	if !slices.Equal(sizes, []int{1, 1, 1, 1}) && !slices.Equal(sizes, []int{1, 2, 1}) {
		t.Errorf("parts of %v messages", sizes)
	}
	if len(split(nil, 10)) != 0 {
		t.Error("an empty batch has parts")
	}
}

// run polls until the queue has changed, and returns what was reported.
func run(t *testing.T, c Config, q *fakeQueue, invoke Invoke) []error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	var errs []error
	done := make(chan struct{})
	go func() {
		defer close(done)
		Run(ctx, c, q, invoke, func(err error) {
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}()
	select {
	case <-q.changed:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing happened to the queue")
	}
	cancel()
	<-done
	return errs
}

func TestPartialFailuresStay(t *testing.T) {
	q := newFakeQueue([]Message{message("1"), message("2")})
	c := config
	c.Partial = true
	run(t, c, q, func(context.Context, []byte) (Answer, error) {
		return Answer{Payload: []byte(`{"batchItemFailures":[{"itemIdentifier":"1"}]}`)}, nil
	})
	if !slices.Equal(q.deleted, []string{"h-2"}) || len(q.released) > 0 {
		t.Errorf("deleted %v, released %v", q.deleted, q.released)
	}
}

func TestErrorsAreToldAndPollingGoesOn(t *testing.T) {
	q := newFakeQueue([]Message{message("1")})
	q.errs = []error{errors.New("no right")}
	errs := run(t, config, q, func(context.Context, []byte) (Answer, error) { return Answer{}, nil })
	if len(errs) != 2 || errs[0].Error() != "no right" || errs[1] != nil || !slices.Equal(q.deleted, []string{"h-1"}) {
		t.Errorf("told %v, deleted %v", errs, q.deleted)
	}
}

func TestMessagesOfAStoppedInvocationAreReleased(t *testing.T) {
	q := newFakeQueue([]Message{message("1")})
	run(t, config, q, func(context.Context, []byte) (Answer, error) { return Answer{}, ErrStopped })
	if !slices.Equal(q.released, []string{"h-1"}) || len(q.deleted) > 0 {
		t.Errorf("deleted %v, released %v", q.deleted, q.released)
	}
}

func TestFailedBatchIsLeftToItsVisibilityTimeout(t *testing.T) {
	q := newFakeQueue([]Message{message("1")}, []Message{message("2")})
	run(t, config, q, func(_ context.Context, payload []byte) (Answer, error) {
		return Answer{Failed: strings.Contains(string(payload), "h-1")}, nil
	})
	if !slices.Equal(q.deleted, []string{"h-2"}) || len(q.released) > 0 {
		t.Errorf("deleted %v, released %v", q.deleted, q.released)
	}
}

func TestNoMoreBatchesAtOnceThanAllowed(t *testing.T) {
	q := newFakeQueue([]Message{message("1")}, []Message{message("2")}, []Message{message("3")})
	c := config
	c.Concurrency = 2
	var mu sync.Mutex
	running, most := 0, 0
	both, release := make(chan struct{}), make(chan struct{})
	go func() {
		<-both
		close(release)
	}()
	run(t, c, q, func(context.Context, []byte) (Answer, error) {
		mu.Lock()
		running++
		if most = max(most, running); running == 2 && most == 2 {
			select {
			case <-both:
			default:
				close(both)
			}
		}
		mu.Unlock()
		<-release
		mu.Lock()
		running--
		mu.Unlock()
		return Answer{}, nil
	})
	if most != 2 {
		t.Errorf("%d batches at once", most)
	}
}

// TestRepeatedErrorIsReportedOnce: a queue that is gone for long does not fill
// the log, is polled less and less often, and its return is reported.
func TestRepeatedErrorIsReportedOnce(t *testing.T) {
	q := newFakeQueue([]Message{message("1")})
	for range 5 {
		q.errs = append(q.errs, errors.New("no queue"))
	}
	begin := time.Now()
	c := config
	c.Backoff = 2 * time.Millisecond
	errs := run(t, c, q, func(context.Context, []byte) (Answer, error) { return Answer{}, nil })
	if len(errs) != 2 || errs[0].Error() != "no queue" || errs[1] != nil {
		t.Errorf("told %v, want the error once and its end", errs)
	}
	if least := (2 + 4 + 8 + 16 + 32) * time.Millisecond; time.Since(begin) < least {
		t.Errorf("five errors took %s, want pauses that grow to %s together", time.Since(begin), least)
	}
}

func TestMessagesThatDoNotPassAreDeleted(t *testing.T) {
	q := newFakeQueue([]Message{message("1")}, []Message{message("2"), message("3")})
	c := config
	var err error
	if c.Filters, err = filter.Parse(`{"body":["body 3"],"messageAttributes":{"a":{"stringValue":["v"]}}}`); err != nil {
		t.Fatal(err)
	}
	seen := make(chan string, 3)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Run(ctx, c, q, func(_ context.Context, payload []byte) (Answer, error) {
			seen <- string(payload)
			return Answer{}, nil
		}, func(err error) { t.Error(err) })
	}()
	for range 3 { // two filtered out, one handled
		select {
		case <-q.changed:
		case <-time.After(10 * time.Second):
			t.Fatal("nothing happened to the queue")
		}
	}
	cancel()
	<-done
	if payload := <-seen; strings.Contains(payload, "h-2") || !strings.Contains(payload, "h-3") || len(seen) > 0 {
		t.Errorf("the function got %s and %d more", payload, len(seen))
	}
	if want := []string{"h-1", "h-2", "h-3"}; !slices.Equal(q.deleted, want) {
		t.Errorf("deleted %v, want %v", q.deleted, want)
	}
}

// TestOrderedBatchStopsAtAFailure: of a batch that needs two invocations, the
// second part waits for the first.
func TestOrderedBatchStopsAtAFailure(t *testing.T) {
	for name, answer := range map[string]Answer{
		"failed": {Failed: true},
		"partly": {Payload: []byte(`{"batchItemFailures":[{"itemIdentifier":"1"}]}`)},
	} {
		q := newFakeQueue([]Message{message("1"), message("2"), message("3")})
		c := config
		c.Ordered, c.Partial, c.MaxPayload = true, true, 1
		calls := 0
		run(t, c, q, func(context.Context, []byte) (Answer, error) {
			calls++
			return answer, nil
		})
		if want := []string{"h-2", "h-3"}; calls != 1 || !slices.Equal(q.released, want) || len(q.deleted) > 0 {
			t.Errorf("%s: %d calls, released %v, deleted %v; want %v released", name, calls, q.released, q.deleted, want)
		}
	}
}

// TestEventOfAFIFOQueueHasItsOrder: the attributes of a message are those of its
// record.
func TestEventOfAFIFOQueueHasItsOrder(t *testing.T) {
	m := message("1")
	m.Attributes = map[string]string{"MessageGroupId": "a", "MessageDeduplicationId": "d", "SequenceNumber": "00000000000000000001"}
	raw, err := event(config.QueueARN+".fifo", config.Region, []Message{m})
	if want := `"attributes":{"MessageDeduplicationId":"d","MessageGroupId":"a","SequenceNumber":"00000000000000000001"}`; err != nil ||
		!strings.Contains(string(raw), want) {
		t.Errorf("event %s, %v; want %s", raw, err, want)
	}
}
