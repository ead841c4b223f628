package function_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/function"
)

// fifo returns a batch of a FIFO queue, given a group and a body for each message.
func fifo(t *testing.T, messages ...[2]string) []byte {
	t.Helper()
	var event events.SQSEvent
	for i, m := range messages {
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: string(rune('a' + i)), Body: m[1], Attributes: map[string]string{"MessageGroupId": m[0]},
			EventSourceARN: "arn:aws:sqs:us-east-1:000000000000:jobs.fifo",
		})
	}
	raw, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestConsumeBatch(t *testing.T) {
	bodies := []string{`{"do":"a"}`, `no JSON`, `{"do":""}`, `{"do":"d"}`, `{"do":"e"}`}
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"all are done":       {nil, []string{"b", "c"}},
		"the batch fails":    {errors.New("failed"), []string{"a", "b", "c", "d", "e"}},
		"single items fail":  {fault.Items{1: errors.New("failed")}.Err(), []string{"b", "c", "d"}},
		"no items are named": {fault.Items{}.Err(), []string{"b", "c"}},
	} {
		var got []string
		h := function.ConsumeBatch(func(_ context.Context, jobs []job) error {
			for _, j := range jobs {
				got = append(got, j.Do)
			}
			return c.err
		})
		if failed := failures(t, invoke(t, h, batch(t, bodies...))); !slices.Equal(failed, c.want) {
			t.Errorf("%s: failures = %v; want %v", name, failed, c.want)
		}
		if want := []string{"a", "d", "e"}; !slices.Equal(got, want) {
			t.Errorf("%s: the function got %v; want %v", name, got, want)
		}
	}
}

func TestConsumeBatchWithoutAMessageThatCanBeRead(t *testing.T) {
	h := function.ConsumeBatch(func(context.Context, []job) error {
		t.Error("called without a message")
		return nil
	})
	if got := failures(t, invoke(t, h, batch(t, `x`))); !slices.Equal(got, []string{"a"}) {
		t.Errorf("failures = %v", got)
	}
}

func TestConsumeBatchThatPanics(t *testing.T) {
	h := function.ConsumeBatch(func(context.Context, []job) error { panic("no") })
	if got := failures(t, invoke(t, h, batch(t, `{"do":"a"}`, `{"do":"b"}`))); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("failures = %v", got)
	}
}

// What follows a failure in its group waits, so that the group stays in order;
// other groups go on.
func TestConsumeKeepsTheOrderOfAGroup(t *testing.T) {
	event := fifo(t, [2]string{"x", `{"do":"1"}`}, [2]string{"x", `{"do":"fail"}`}, [2]string{"y", `{"do":"2"}`}, [2]string{"x", `{"do":"3"}`})
	var done []string
	h := function.Consume(func(_ context.Context, j job) error {
		if j.Do == "fail" {
			return errors.New("failed")
		}
		done = append(done, j.Do)
		return nil
	})
	if got := failures(t, invoke(t, h, event)); !slices.Equal(got, []string{"b", "d"}) || !slices.Equal(done, []string{"1", "2"}) {
		t.Errorf("failures = %v, done = %v", got, done)
	}
}

func TestConsumeBatchKeepsTheOrderOfAGroup(t *testing.T) {
	event := fifo(t, [2]string{"x", `{"do":"1"}`}, [2]string{"x", `no JSON`}, [2]string{"y", `{"do":"2"}`}, [2]string{"x", `{"do":"3"}`})
	var done []string
	h := function.ConsumeBatch(func(_ context.Context, jobs []job) error {
		for _, j := range jobs {
			done = append(done, j.Do)
		}
		return nil
	})
	if got := failures(t, invoke(t, h, event)); !slices.Equal(got, []string{"b", "d"}) || !slices.Equal(done, []string{"1", "2"}) {
		t.Errorf("failures = %v, done = %v", got, done)
	}
}

func TestOn(t *testing.T) {
	event := batch(t, `{"detail-type":"job.new","detail":{"do":"a","since":"a newer version"}}`, `{"do":"b"}`, `no JSON`, `{"detail":{"do":""}}`)
	for name, handler := range map[string]func(*[]string) function.Handler{
		"one by one": func(done *[]string) function.Handler {
			return function.On(func(_ context.Context, j job) error { *done = append(*done, j.Do); return nil })
		},
		"a batch": func(done *[]string) function.Handler {
			return function.OnBatch(func(_ context.Context, jobs []job) error {
				for _, j := range jobs {
					*done = append(*done, j.Do)
				}
				return nil
			})
		},
	} {
		var done []string
		got := failures(t, invoke(t, handler(&done), event))
		if !slices.Equal(got, []string{"b", "c", "d"}) || !slices.Equal(done, []string{"a"}) {
			t.Errorf("%s: failures = %v, done = %v", name, got, done)
		}
	}
}
