// Package event makes the events with which a function can be invoked by hand,
// in the form in which its trigger sends them. It knows the model and Lambda's
// formats, and invokes nothing.
package event

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/gen/model"
)

// account is the account ID in made-up events: that of the local cloud.
const account = "000000000000"

// Default returns an event for a trigger, as JSON: a request without a body for
// a route or a URL, one message for a queue, one with an event in it for an event
// or an object, a scheduled event for a schedule, a question about a request for an
// authorizer, and {} for a function that is only invoked directly. The body is a
// request's, a message's or the event's detail. Where there is none it is {}; that
// of an object has a key then.
func Default(t model.Trigger, body []byte, now time.Time) ([]byte, error) {
	switch t.Kind {
	case model.HTTPTrigger:
		return HTTP(*t.HTTP, Request{Method: t.HTTP.Method, Target: t.HTTP.Path, Body: body}, now)
	case model.QueueTrigger:
		return json.Marshal(message(t.Queue.Queue, body, now))
	case model.EventTrigger:
		return inQueue(t, envelope(t.Event.Event, "seastack", body, now), now)
	case model.ObjectTrigger:
		if len(body) == 0 {
			body = object(*t.Object)
		}
		return inQueue(t, envelope(t.Object.DetailType(), "aws.s3", body, now), now)
	case model.AuthorizerTrigger:
		return json.Marshal(question(body, now))
	case model.ScheduleTrigger:
		return json.Marshal(scheduled(now))
	case model.StreamTrigger:
		return URL(Request{Method: http.MethodGet, Target: "/", Body: body}, now)
	}
	if len(body) > 0 {
		return body, nil
	}
	return []byte("{}"), nil
}

// message returns a batch of one message.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
func message(queue string, body []byte, now time.Time) events.SQSEvent {
	if len(body) == 0 {
		body = []byte("{}")
	}
	return events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: id(), ReceiptHandle: id(), Body: string(body),
		Attributes: map[string]string{
			"ApproximateReceiveCount": "1",
			"SentTimestamp":           strconv.FormatInt(now.UnixMilli(), 10),
		},
		EventSource:    "aws:sqs",
		EventSourceARN: "arn:aws:sqs:us-east-1:" + account + ":" + queue,
		AWSRegion:      "us-east-1",
	}}}
}

// inQueue returns a batch of one message with an event in it.
func inQueue(t model.Trigger, e events.EventBridgeEvent, now time.Time) ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	return json.Marshal(message(t.Queue.Queue, body, now))
}

// envelope returns an event of EventBridge with a detail.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
func envelope(detailType, source string, detail []byte, now time.Time) events.EventBridgeEvent {
	if len(detail) == 0 {
		detail = []byte("{}")
	}
	return events.EventBridgeEvent{
		Version: "0", ID: id(), DetailType: detailType, Source: source, AccountID: account, Time: now.UTC(), Region: "us-east-1",
		Resources: []string{}, Detail: detail,
	}
}

// object returns the detail of an event of an object that the trigger is told of.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func object(o model.Objects) []byte {
	reason := map[string]string{"created": "PutObject", "removed": "DeleteObject"}[o.What]
	detail := map[string]any{
		"version": "0", "bucket": map[string]string{"name": o.Bucket}, "reason": reason,
		"object": map[string]any{"key": o.Prefix + "example" + o.Suffix, "size": 0, "sequencer": "00"},
	}
	raw, err := json.Marshal(detail)
	if err != nil {
		panic("a map of texts is JSON: " + err.Error())
	}
	return raw
}

// scheduled returns what EventBridge Scheduler sends where a schedule has no
// input of its own.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
func scheduled(now time.Time) map[string]any {
	return map[string]any{
		"version": "0", "id": id(), "detail-type": "Scheduled Event", "source": "aws.scheduler",
		"account": account, "time": now.UTC().Format(time.RFC3339), "region": "us-east-1",
		"resources": []string{}, "detail": "{}",
	}
}

// question returns what API Gateway asks an authorizer: about GET / with the headers
// in the body, an object of strings.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
func question(headers []byte, now time.Time) events.APIGatewayV2CustomAuthorizerV2Request {
	route := model.HTTP{Method: "GET", Path: "/"}
	e := events.APIGatewayV2CustomAuthorizerV2Request{
		Version: "2.0", Type: "REQUEST", RouteKey: route.Route(), RawPath: route.Path, IdentitySource: []string{},
		RouteArn:       "arn:aws:execute-api:us-east-1:" + account + ":invoke/$default/GET/",
		RequestContext: requestContext(route.Route(), route.Method, route.Path, now),
	}
	_ = json.Unmarshal(headers, &e.Headers) // other bodies have no headers
	return e
}

// id returns a random ID of 32 hexadecimal digits.
func id() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
