package async

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
)

// outcome is how an asynchronous invocation has ended.
type outcome struct {
	condition string  // "Success", "RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency"
	result    *Result // of the last attempt, if there was one
}

// finish removes an event, after it has sent the outcome to the destination and to
// the dead-letter queue.
func (d *Dispatcher) finish(ctx context.Context, f Function, e event, config eventConfig, end outcome) error {
	destinations := optional.Or(config.DestinationConfig, destinationConfig{})
	to := destinations.OnFailure.Destination
	if end.condition == "Success" {
		to = destinations.OnSuccess.Destination
	}
	var errs []error
	if to != "" {
		errs = append(errs, d.sendRecord(ctx, f, e, end, to))
	}
	if f.DeadLetter != "" && end.condition != "Success" {
		errs = append(errs, d.sendDeadLetter(ctx, f, e, end))
	}
	return cmp.Or[error](append(errs, d.events.Delete(e.key()))...)
}

// invocationRecord is the message to a destination.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
type invocationRecord struct {
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	RequestContext  requestContext   `json:"requestContext"`
	RequestPayload  json.RawMessage  `json:"requestPayload"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	ResponsePayload json.RawMessage  `json:"responsePayload,omitempty"`
}

type requestContext struct {
	RequestID   string `json:"requestId"`
	FunctionARN string `json:"functionArn"`
	Condition   string `json:"condition"`
	Count       int    `json:"approximateInvokeCount"`
}

type responseContext struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

func (d *Dispatcher) record(f Function, e event, end outcome) invocationRecord {
	r := f.Ref.Qualified()
	rec := invocationRecord{
		Version: "1.0", Timestamp: d.env.Now().UTC().Format("2006-01-02T15:04:05.000Z"), RequestPayload: e.Payload,
		RequestContext: requestContext{e.ID, d.names.ARN(r), end.condition, e.Failures},
	}
	if res := end.result; res != nil {
		if res.FunctionError == "" {
			rec.RequestContext.Count++
		}
		rec.ResponseContext = &responseContext{http.StatusOK, res.ExecutedVersion, res.FunctionError}
		rec.ResponsePayload = res.Payload
		if !json.Valid(res.Payload) {
			rec.ResponsePayload, _ = json.Marshal(string(res.Payload)) // a string always marshals
		}
	}
	return rec
}

func (d *Dispatcher) sendRecord(ctx context.Context, f Function, e event, end outcome, to string) error {
	raw, err := json.Marshal(d.record(f, e, end))
	if err != nil {
		return err
	}
	if strings.Contains(to, ":lambda:") {
		if err := d.deps.Authorize(f.Role, f.Ref.Name, "lambda:InvokeFunction", to); err != nil {
			return err
		}
		return d.deps.Functions.InvokeAsync(ctx, to, raw)
	}
	return d.send(ctx, f, to, string(raw), nil)
}

func (d *Dispatcher) sendDeadLetter(ctx context.Context, f Function, e event, end outcome) error {
	attributes := map[string]string{"RequestID": e.ID}
	if res := end.result; res != nil {
		attributes["ErrorCode"] = "200"
		var p struct{ ErrorMessage string }
		_ = json.Unmarshal(res.Payload, &p) // a function may fail with anything
		if text := firstKiB(cmp.Or(p.ErrorMessage, string(res.Payload))); text != "" {
			attributes["ErrorMessage"] = text
		}
	}
	return d.send(ctx, f, f.DeadLetter, string(e.Payload), attributes)
}

// firstKiB truncates an error's text as Lambda does for a dead-letter queue.
func firstKiB(text string) string {
	if len(text) <= 1024 {
		return text
	}
	n := 1024
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// sendWait is the longest that sending a message may take.
const sendWait = 10 * time.Second

func (d *Dispatcher) send(ctx context.Context, f Function, queueARN, body string, attributes map[string]string) error {
	if d.deps.Queues == nil {
		return fmt.Errorf("%s: there are no queues", queueARN)
	}
	if err := d.deps.Authorize(f.Role, f.Ref.Name, "sqs:SendMessage", queueARN); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWait)
	defer cancel()
	return d.deps.Queues.Send(ctx, queueARN, body, attributes)
}

// CheckDeadLetter returns AWS's error if a function with this role cannot have
// the dead-letter queue. FIFO queues are neither dead-letter queues of functions
// nor destinations.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
func (d *Dispatcher) CheckDeadLetter(role, queueARN string) error {
	if names.ServiceOf(queueARN) != "sqs" {
		return apierror.Invalid("The target ARN %s is not supported: the local cloud has dead-letter queues of SQS.", queueARN)
	}
	if names.IsFIFO(queueARN) {
		return apierror.Invalid("The target ARN %s is not supported: "+
			"FIFO queues cannot be dead-letter queues of functions.", queueARN)
	}
	if d.deps.Authorize(role, "lambda", "sqs:SendMessage", queueARN) != nil {
		return apierror.Invalid("The provided execution role does not have permissions to call SendMessage on SQS")
	}
	return nil
}

// checkDestination checks the destination of an event invoke config.
func (d *Dispatcher) checkDestination(role, arn string) error {
	action := ""
	switch names.ServiceOf(arn) {
	case "":
		if arn == "" {
			return nil
		}
	case "sqs":
		action = "SendMessage"
	case "lambda":
		action = "InvokeFunction"
	}
	if names.IsFIFO(arn) {
		return apierror.Invalid("The destination ARN %s is invalid: FIFO queues cannot be destinations.", arn)
	}
	if action == "" {
		return apierror.Invalid("The destination ARN %s is invalid.", arn)
	}
	if d.deps.Authorize(role, "lambda", names.ServiceOf(arn)+":"+action, arn) != nil {
		return apierror.Invalid("The function's execution role does not have permissions to call %s on %s", action, arn)
	}
	return nil
}
