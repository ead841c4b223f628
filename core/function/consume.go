package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	jsonv2 "github.com/go-json-experiment/json"
)

// Consume takes batches of an SQS queue and calls f for each message, one after
// the other. A message whose body is no T, whose Validate objects, or for which f
// fails or panics is reported back alone (ReportBatchItemFailures); the others of
// its batch are done. So is a message for which f has not returned when Lambda is
// about to end the invocation, and those that f has not begun; f then still runs,
// and Start ends the process so that it does not go on beside the message's next
// delivery. SQS delivers at least once, so f must bear to see a message again.
//
// On a FIFO queue the messages of a group come in order: after one that fails,
// the rest of its group is reported back unhandled.
//
// A message may have members that T does not know: during a deployment its
// sender can be newer than its consumer. Otherwise it is read as strictly as the
// body of a request.
func Consume[T any](f func(context.Context, T) error) Handler { return consumer(messageBody, f) }

// On is Consume for events of EventBridge that a rule has put into the queue: T
// is the event's detail.
func On[T any](f func(context.Context, T) error) Handler { return consumer(eventDetail, f) }

func consumer[T any](content func(events.SQSMessage) ([]byte, error), f func(context.Context, T) error) Handler {
	return batches(reflect.TypeFor[T](), func(ctx context.Context, records []events.SQSMessage) []events.SQSBatchItemFailure {
		return eachOf(ctx, records, func(ctx context.Context, record events.SQSMessage) error {
			message, err := read[T](record, content)
			if err != nil {
				return err
			}
			return f(ctx, message)
		})
	})
}

// batches returns the handler of batches of messages of a type.
func batches(t reflect.Type, consume func(context.Context, []events.SQSMessage) []events.SQSBatchItemFailure) Handler {
	err := errors.Join(checkBody(t), checkJSON(t, map[reflect.Type]bool{}))
	return Handler{err: err, invoke: func(ctx context.Context, event []byte) ([]byte, error) {
		var batch events.SQSEvent
		if err := json.Unmarshal(event, &batch); err != nil {
			return nil, fmt.Errorf("the event is no batch of SQS messages: %w", err)
		}
		response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		ctx = traceBatch(ctx, batch.Records)
		response.BatchItemFailures = append(response.BatchItemFailures, consume(ctx, batch.Records)...)
		return json.Marshal(response)
	}}
}

// eachOf calls handle for each message and returns those that failed.
func eachOf(ctx context.Context, records []events.SQSMessage, handle func(context.Context, events.SQSMessage) error) (failed []events.SQSBatchItemFailure) {
	var slowest time.Duration
	blocked := map[string]bool{} // groups of which a message has failed
	for _, record := range records {
		start := time.Now()
		ctx, end := traceMessage(ctx, record, len(records), start)
		err := outOfTime(ctx, slowest)
		if group, ordered := groupOf(record); ordered && blocked[group] {
			err = errors.New("left for another delivery: a message before it in its group has failed")
		}
		if err == nil {
			_, err = await(ctx, func() (nothing, error) { return nothing{}, handle(ctx, record) })
		}
		took := time.Since(start)
		slowest = max(slowest, took)
		if err != nil {
			failed = append(failed, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
			if group, ordered := groupOf(record); ordered {
				blocked[group] = true
			}
		}
		logMessage(ctx, record, took, err)
		end(err)
	}
	return failed
}

// groupOf returns a message's group, and whether its queue keeps their order.
func groupOf(record events.SQSMessage) (group string, ordered bool) {
	return record.Attributes["MessageGroupId"], strings.HasSuffix(record.EventSourceARN, ".fifo")
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

func messageBody(record events.SQSMessage) ([]byte, error) { return []byte(record.Body), nil }

// eventDetail returns the detail of an event in a message's body.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
func eventDetail(record events.SQSMessage) ([]byte, error) {
	var event struct {
		Detail json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal([]byte(record.Body), &event); err != nil {
		return nil, fmt.Errorf("the body is no event of EventBridge: %w", err)
	}
	if event.Detail == nil {
		return nil, errors.New("the body is no event of EventBridge: it has no detail")
	}
	return event.Detail, nil
}

// read reads a message, and validates it.
func read[T any](record events.SQSMessage, content func(events.SQSMessage) ([]byte, error)) (message T, err error) {
	body, err := content(record)
	if err != nil {
		return message, err
	}
	if err := jsonv2.Unmarshal(body, &message, tolerant); err != nil {
		return message, fmt.Errorf("the body is no %T: %w", message, err)
	}
	return message, validate(&message)
}

func logMessage(ctx context.Context, record events.SQSMessage, took time.Duration, err error) {
	attrs := []slog.Attr{slog.String("messageId", record.MessageId), slog.String("receives", record.Attributes["ApproximateReceiveCount"]), milliseconds(took)}
	if err == nil {
		Logger().LogAttrs(ctx, slog.LevelInfo, "message", attrs...)
		return
	}
	Logger().LogAttrs(ctx, slog.LevelError, "message failed", append(attrs, errorAttrs(err)...)...)
}
