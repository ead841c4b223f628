package function

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/fault"
)

// ConsumeBatch is Consume for a function that takes the messages of a batch at
// once, in their order. A message that is no T, or whose Validate objects, is
// reported back alone and f does not see it. An error of f reports back all that
// f was called with; a fault.Items reports back those that it names, by their
// index, and f has done the others.
//
// On a FIFO queue f must do nothing for a group after its first failure, and must
// name the rest of the group in its fault.Items; messages after one that could
// not be read do not come to f.
func ConsumeBatch[T any](f func(context.Context, []T) error) Handler {
	return batchConsumer(messageBody, f)
}

// OnBatch is ConsumeBatch for events of EventBridge that a rule has put into the
// queue: T is the event's detail.
func OnBatch[T any](f func(context.Context, []T) error) Handler { return batchConsumer(eventDetail, f) }

func batchConsumer[T any](content func(events.SQSMessage) ([]byte, error), f func(context.Context, []T) error) Handler {
	return batches(reflect.TypeFor[T](), func(ctx context.Context, records []events.SQSMessage) []events.SQSBatchItemFailure {
		start := time.Now()
		messages, readable, wrong := readAll[T](records, content)
		var err error
		if len(messages) > 0 {
			_, err = await(ctx, func() (nothing, error) { return nothing{}, f(ctx, messages) })
		}
		for i, index := range readable {
			if failed := itemError(err, i); failed != nil {
				wrong[index] = failed
			}
		}
		return report(ctx, records, wrong, time.Since(start))
	})
}

// readAll returns the messages that can be read with their indexes among the
// records, and the errors of the others by index. On a FIFO queue what follows an
// unreadable one in its group is as one.
func readAll[T any](records []events.SQSMessage, content func(events.SQSMessage) ([]byte, error)) (messages []T, readable []int, wrong map[int]error) {
	wrong = map[int]error{}
	blocked := map[string]bool{}
	for i, record := range records {
		message, err := safely(func() (T, error) { return read[T](record, content) })
		group, ordered := groupOf(record)
		if err == nil && ordered && blocked[group] {
			err = errors.New("left for another delivery: a message before it in its group cannot be read")
		}
		if err != nil {
			wrong[i] = err
			blocked[group] = true
			continue
		}
		messages, readable = append(messages, message), append(readable, i)
	}
	return messages, readable, wrong
}

// itemError returns the error of one item of a batch, given that of the batch.
func itemError(err error, item int) error {
	if items, ok := errors.AsType[fault.Items](err); ok {
		return items[item]
	}
	return err
}

// report logs each message and returns those that failed.
func report(ctx context.Context, records []events.SQSMessage, wrong map[int]error, took time.Duration) (failed []events.SQSBatchItemFailure) {
	for i, record := range records {
		ctx, end := traceMessage(ctx, record, len(records), time.Now().Add(-took))
		if wrong[i] != nil {
			failed = append(failed, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
		logMessage(ctx, record, took, wrong[i])
		end(wrong[i])
	}
	return failed
}
