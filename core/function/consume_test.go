package function_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/function"
)

type job struct {
	Do string `json:"do"`
}

func (j job) Validate() error {
	if j.Do == "" {
		return errors.New("nothing to do")
	}
	return nil
}

func batch(t *testing.T, bodies ...string) []byte {
	t.Helper()
	var event events.SQSEvent
	for i, body := range bodies {
		event.Records = append(event.Records, events.SQSMessage{MessageId: string(rune('a' + i)), Body: body})
	}
	raw, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func failures(t *testing.T, out []byte) []string {
	t.Helper()
	var response events.SQSEventResponse
	if err := json.Unmarshal(out, &response); err != nil {
		t.Fatal(err)
	}
	if response.BatchItemFailures == nil {
		t.Errorf("no list of failures in %s; SQS would take the whole batch for failed", out)
	}
	ids := []string{}
	for _, f := range response.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return ids
}

func TestConsumeReportsOnlyWhatFailed(t *testing.T) {
	var done []string
	h := function.Consume(func(_ context.Context, j job) error {
		switch j.Do {
		case "fail":
			return errors.New("failed")
		case "panic":
			panic("panicked")
		}
		done = append(done, j.Do)
		return nil
	})
	out := invoke(t, h, batch(t, `{"do":"first"}`, `{"do":"fail"}`, `no JSON`, `{"do":"panic"}`, `{"do":""}`, `{"do":1}`, `{"DO":"shout"}`, `{"do":"x","do":"y"}`, `{"do":"last","since":"a newer version"}`))
	if got, want := failures(t, out), []string{"b", "c", "d", "e", "f", "g", "h"}; !slices.Equal(got, want) {
		t.Errorf("failures = %v; want %v", got, want)
	}
	if want := []string{"first", "last"}; !slices.Equal(done, want) {
		t.Errorf("done = %v; want %v", done, want)
	}
}

func TestConsumeLeavesWhatItHasNoTimeFor(t *testing.T) {
	ctx, cancel := context.WithTimeout(invocation(t), time.Second)
	defer cancel()
	calls := 0
	h := function.Consume(func(ctx context.Context, _ job) error {
		calls++
		<-ctx.Done() // it takes all the time there is
		return nil
	})
	out, err := h.Invoke(ctx, batch(t, `{"do":"a"}`, `{"do":"b"}`, `{"do":"c"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := failures(t, out), []string{"b", "c"}; !slices.Equal(got, want) || calls != 1 {
		t.Errorf("failures = %v after %d calls; want %v after 1", got, calls, want)
	}
}

// longEnough is a timeout of which the grace, of 500 ms, outlasts what a busy machine
// makes of a timer.
const longEnough = 10 * time.Second

// A handler may not look at its context: it computes, or its driver has none.
func TestConsumeAnswersInTimeForAHandlerThatBlocks(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(invocation(t), longEnough)
	defer cancel()
	deadline, _ := ctx.Deadline()
	blocked := make(chan struct{})
	defer close(blocked)
	begun, done := make(chan string, 3), make(chan string, 3)
	h := function.Consume(func(_ context.Context, j job) error {
		begun <- j.Do
		if j.Do == "block" {
			<-blocked
		}
		done <- j.Do
		return nil
	})
	out, err := h.Invoke(ctx, batch(t, `{"do":"first"}`, `{"do":"block"}`, `{"do":"third"}`))
	if err != nil || !time.Now().Before(deadline) {
		t.Fatalf("error = %v, %s before the deadline", err, time.Until(deadline))
	}
	if got, want := failures(t, out), []string{"b", "c"}; !slices.Equal(got, want) {
		t.Errorf("failures = %v; want %v", got, want)
	}
	if len(begun) != 2 || len(done) != 1 {
		t.Errorf("%d begun, %d done; want two and one", len(begun), len(done))
	}
}

func TestOtherHandlersThatBlockAreAnsweredForToo(t *testing.T) {
	t.Parallel()
	blocked := make(chan struct{})
	defer close(blocked)
	ctx, cancel := context.WithTimeout(invocation(t), longEnough)
	defer cancel()
	out, err := function.HTTPDo(func(context.Context) error { <-blocked; return nil }).Invoke(ctx, call{}.event(t))
	if err != nil || !strings.Contains(string(out), `"statusCode":503`) || ctx.Err() != nil {
		t.Errorf("HTTP: %s, %v", out, err)
	}
	again, cancel := context.WithTimeout(invocation(t), longEnough)
	defer cancel()
	_, err = function.Schedule(func(context.Context) error { <-blocked; return nil }).Invoke(again, nil)
	if _, ok := errors.AsType[messages.InvokeResponse_Error](err); !ok || again.Err() != nil {
		t.Errorf("schedule: %v", err)
	}
}

func TestConsumeRefusesOtherEvents(t *testing.T) {
	h := function.Consume(func(context.Context, job) error { return nil })
	if _, err := h.Invoke(t.Context(), []byte(`[]`)); err == nil {
		t.Error("no error")
	}
	if got := failures(t, invoke(t, h, []byte(`{"Records":[]}`))); len(got) != 0 {
		t.Errorf("failures of nothing: %v", got)
	}
}

func TestInvokeOfEachShape(t *testing.T) {
	called := false
	for name, c := range map[string]struct {
		handler       function.Handler
		payload, want string
	}{
		"in and out": {function.Invoke(func(_ context.Context, j job) (string, error) { return j.Do + "!", nil }), `{"do":"it"}`, `"it!"`},
		"in":         {function.InvokeIn(func(_ context.Context, j *job) error { called = j.Do == "it"; return nil }), `{"do":"it"}`, `null`},
		"out":        {function.InvokeOut(func(context.Context) ([]int, error) { return []int{1}, nil }), ``, `[1]`},
		"do":         {function.InvokeDo(func(context.Context) error { return nil }), `{"x":1}`, `null`},
		"schedule":   {function.Schedule(func(context.Context) error { return nil }), `{"source":"aws.scheduler"}`, `null`},
	} {
		if got := string(invoke(t, c.handler, []byte(c.payload))); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
	if !called {
		t.Error("InvokeIn's function did not get its input")
	}
}

func TestInvokeErrors(t *testing.T) {
	do := func(err error) function.Handler {
		return function.Invoke(func(_ context.Context, _ job) (int, error) { return 0, err })
	}
	for name, c := range map[string]struct {
		handler function.Handler
		payload string
		kind    string
		message string
	}{
		"defect":        {do(errors.New("password=secret")), `{"do":"it"}`, "internal", "The invocation failed for a reason on our side."},
		"fault":         {do(fault.New(fault.NotFound, "No such thing.")), `{"do":"it"}`, "not_found", "No such thing."},
		"fields":        {do(fault.Fields{{Field: "a", Detail: "is b"}}.Err()), `{"do":"it"}`, "invalid", "The input is not valid. a is b."},
		"panic":         {function.InvokeDo(func(context.Context) error { panic("secret") }), ``, "internal", "The invocation failed for a reason on our side."},
		"wrong payload": {do(nil), `{"undo":"it"}`, "invalid", "The payload is not valid: undo is not known."},
		"twice":         {do(nil), `{"do":"it","do":"it"}`, "invalid", "The payload is not valid: do is given twice."},
		"invalid":       {do(nil), `{"do":""}`, "invalid", "nothing to do"},
	} {
		_, err := c.handler.Invoke(invocation(t), []byte(c.payload))
		got, ok := errors.AsType[messages.InvokeResponse_Error](err)
		if !ok || got.Type != c.kind || got.Message != c.message {
			t.Errorf("%s: %+v; want %s: %s", name, err, c.kind, c.message)
		}
	}
}
