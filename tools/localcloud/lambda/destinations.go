package lambda

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

// ending is how an asynchronous invocation has ended.
type ending struct {
	condition string  // "Success", "RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency"
	result    *Result // of the last attempt, if there was one
}

// conclude forgets an event, after telling whoever is to know of its end.
func (s *Service) conclude(ctx context.Context, t *target, e event, config eventConfig, end ending) error {
	d := optional.Or(config.DestinationConfig, destinationConfig{})
	to := d.OnFailure.Destination
	if end.condition == "Success" {
		to = d.OnSuccess.Destination
	}
	var errs []error
	if to != "" {
		errs = append(errs, s.sendRecord(ctx, t, e, end, to))
	}
	if t.dead != "" && end.condition != "Success" {
		errs = append(errs, s.sendDead(ctx, t, e, end))
	}
	return cmp.Or[error](append(errs, s.events.Delete(e.key()))...)
}

// invocationRecord is what a destination gets.
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

func (s *Service) record(t *target, e event, end ending) invocationRecord {
	r := t.ref
	r = r.Qualified()
	rec := invocationRecord{
		Version: "1.0", Timestamp: s.env.Now().UTC().Format("2006-01-02T15:04:05.000Z"), RequestPayload: e.Payload,
		RequestContext: requestContext{e.ID, s.names.ARN(r), end.condition, e.Failures},
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

func (s *Service) sendRecord(ctx context.Context, t *target, e event, end ending, to string) error {
	raw, err := json.Marshal(s.record(t, e, end))
	if err != nil {
		return err
	}
	if strings.Contains(to, ":lambda:") {
		if err := s.authorize(t.role, t.ref.Name, "lambda:InvokeFunction", to); err != nil {
			return err
		}
		_, err = s.InvokeAsync(ctx, Invocation{FunctionARN: to, Payload: raw})
		return err
	}
	return s.send(ctx, t, to, string(raw), nil)
}

func (s *Service) sendDead(ctx context.Context, t *target, e event, end ending) error {
	attributes := map[string]string{"RequestID": e.ID}
	if res := end.result; res != nil {
		attributes["ErrorCode"] = "200"
		var p struct{ ErrorMessage string }
		_ = json.Unmarshal(res.Payload, &p) // a function may fail with anything
		if text := firstKiB(cmp.Or(p.ErrorMessage, string(res.Payload))); text != "" {
			attributes["ErrorMessage"] = text
		}
	}
	return s.send(ctx, t, t.dead, string(e.Payload), attributes)
}

// firstKiB cuts an error's text as Lambda does for a dead-letter queue.
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

// sendWait bounds one message to a queue.
const sendWait = 10 * time.Second

func (s *Service) send(ctx context.Context, t *target, queueARN, body string, attributes map[string]string) error {
	if s.deps.Queues == nil {
		return fmt.Errorf("%s: there are no queues", queueARN)
	}
	if err := s.authorize(t.role, t.ref.Name, "sqs:SendMessage", queueARN); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWait)
	defer cancel()
	return s.deps.Queues.Send(ctx, queueARN, body, attributes)
}

// checkDeadLetter checks a dead-letter queue before it is configured.
func (s *Service) checkDeadLetter(role string, d *DeadLetterConfig) error {
	if d == nil || d.TargetArn == "" {
		return nil
	}
	if names.ServiceOf(d.TargetArn) != "sqs" {
		return apierror.Invalid("The target ARN %s is not supported: the local cloud has dead-letter queues of SQS.", d.TargetArn)
	}
	if s.authorize(role, "lambda", "sqs:SendMessage", d.TargetArn) != nil {
		return apierror.Invalid("The provided execution role does not have permissions to call SendMessage on SQS")
	}
	return nil
}

// checkDestination checks the destination of an event invoke config.
func (s *Service) checkDestination(role, arn string) error {
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
	if action == "" {
		return apierror.Invalid("The destination ARN %s is invalid.", arn)
	}
	if s.authorize(role, "lambda", names.ServiceOf(arn)+":"+action, arn) != nil {
		return apierror.Invalid("The function's execution role does not have permissions to call %s on %s", action, arn)
	}
	return nil
}
