package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"github.com/aws/aws-lambda-go/events"
	jsonv2 "github.com/go-json-experiment/json"
)

// Consume takes batches of a standard SQS queue and calls f for each message,
// one after the other. A message whose body is no T, whose Validate objects, or
// for which f fails or panics is reported back alone (ReportBatchItemFailures);
// the others of its batch are done. So is a message for which f has not returned
// when Lambda is about to end the invocation, and those that f has not begun; f
// then still runs, and Start ends the process so that it does not go on beside
// the message's next delivery. SQS delivers at least once, so f must bear
// to see a message again.
//
// A message may have members that T does not know: during a deployment its
// sender can be newer than its consumer. Otherwise it is read as strictly as the
// body of a request.
func Consume[T any](f func(context.Context, T) error) Handler {
	err := errors.Join(checkBody(reflect.TypeFor[T]()), checkJSON(reflect.TypeFor[T](), map[reflect.Type]bool{}))
	return Handler{err: err, invoke: func(ctx context.Context, event []byte) ([]byte, error) {
		var batch events.SQSEvent
		if err := json.Unmarshal(event, &batch); err != nil {
			return nil, fmt.Errorf("the event is no batch of SQS messages: %w", err)
		}
		return json.Marshal(consumeBatch(ctx, batch.Records, f))
	}}
}

func consumeBatch[T any](ctx context.Context, records []events.SQSMessage, f func(context.Context, T) error) events.SQSEventResponse {
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	var slowest time.Duration
	for _, record := range records {
		start := time.Now()
		err := outOfTime(ctx, slowest)
		if err == nil {
			_, err = await(ctx, func() (nothing, error) { return nothing{}, consumeOne(ctx, record, f) })
		}
		took := time.Since(start)
		slowest = max(slowest, took)
		if err != nil {
			response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
		logMessage(ctx, record, took, err)
	}
	return response
}

// outOfTime objects to starting a message when less time is left than the
// slowest one took: were Lambda to end the invocation in the middle of it, the
// whole batch would come again, with what is already done.
func outOfTime(ctx context.Context, slowest time.Duration) error {
	deadline, ok := ctx.Deadline()
	if ok && time.Until(deadline) <= slowest {
		return fmt.Errorf("left for another delivery: %w", context.DeadlineExceeded)
	}
	return ctx.Err()
}

func consumeOne[T any](ctx context.Context, record events.SQSMessage, f func(context.Context, T) error) error {
	var message T
	if err := jsonv2.Unmarshal([]byte(record.Body), &message, tolerant); err != nil {
		return fmt.Errorf("the body is no %T: %w", message, err)
	}
	if err := validate(&message); err != nil {
		return err
	}
	return f(ctx, message)
}

func logMessage(ctx context.Context, record events.SQSMessage, took time.Duration, err error) {
	attrs := []slog.Attr{slog.String("messageId", record.MessageId), slog.String("receives", record.Attributes["ApproximateReceiveCount"]), milliseconds(took)}
	if err == nil {
		Logger().LogAttrs(ctx, slog.LevelInfo, "message", attrs...)
		return
	}
	Logger().LogAttrs(ctx, slog.LevelError, "message failed", append(attrs, errorAttrs(err)...)...)
}
