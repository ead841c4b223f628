package main

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func TestReadLetter(t *testing.T) {
	schedule := map[string]types.MessageAttributeValue{"SCHEDULE_ARN": {StringValue: aws.String("arn:aws:scheduler:x")}}
	record := `{"version":"1.0","requestContext":{"requestId":"r1","functionArn":"arn:aws:lambda:x","condition":"RetriesExhausted"},"requestPayload":{"id":7}}`
	for name, test := range map[string]struct {
		message          types.Message
		payload, request string // "": it is none
	}{
		"a record of Lambda's":         {types.Message{Body: &record}, `{"id":7}`, "r1"},
		"a record's payload is a text": {types.Message{Body: aws.String(`{"requestContext":{"functionArn":"a"},"requestPayload":"x"}`)}, `"x"`, ""},
		"an input of Scheduler's":      {types.Message{Body: aws.String(`{"source":"aws.scheduler"}`), MessageAttributes: schedule}, `{"source":"aws.scheduler"}`, ""},
		"an input that looks like one": {types.Message{Body: &record, MessageAttributes: schedule}, record, ""},
		"another message":              {types.Message{Body: aws.String(`{"id":7}`)}, "", ""},
		"no JSON":                      {types.Message{Body: aws.String(`hello`)}, "", ""},
	} {
		got, ok := readLetter(test.message)
		if ok != (test.payload != "") || ok && (string(got.Payload) != test.payload || got.Request != test.request) {
			t.Errorf("%s: %q of the request %q, %t", name, got.Payload, got.Request, ok)
		}
	}
}
