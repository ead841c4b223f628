package lambda_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

// invokeStream invokes a function by the SDK's own decoder of event streams.
func invokeStream(t *testing.T, c *lambdatest.Cloud, name string, event any) *awslambda.InvokeWithResponseStreamEventStream {
	t.Helper()
	raw, err := json.Marshal(event)
	c.Must(err)
	out, err := c.Client.InvokeWithResponseStream(t.Context(), &awslambda.InvokeWithResponseStreamInput{
		FunctionName: &name, Payload: raw, LogType: types.LogTypeTail,
	})
	c.Must(err)
	if aws.ToString(out.ExecutedVersion) != "$LATEST" || out.StatusCode != 200 {
		t.Errorf("version %s, status %d", aws.ToString(out.ExecutedVersion), out.StatusCode)
	}
	return out.GetStream()
}

// rest returns what comes until a stream ends, and its last event.
func rest(t *testing.T, s *awslambda.InvokeWithResponseStreamEventStream) (text string, end types.InvokeWithResponseStreamCompleteEvent) {
	t.Helper()
	completed := false
	for event := range s.Events() {
		switch e := event.(type) {
		case *types.InvokeWithResponseStreamResponseEventMemberPayloadChunk:
			text += string(e.Value.Payload)
		case *types.InvokeWithResponseStreamResponseEventMemberInvokeComplete:
			completed, end = true, e.Value
		}
	}
	if err := s.Err(); err != nil || !completed {
		t.Errorf("the stream ended with %v, completed: %t", err, completed)
	}
	return text, end
}

// TestInvokeWithResponseStream: the first half is there before the function may
// write the second.
func TestInvokeWithResponseStream(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", nil)
	gate := filepath.Join(t.TempDir(), "gate")
	s := invokeStream(t, c, "f", map[string]any{"Do": "stream", "Gate": gate})
	first := (<-s.Events()).(*types.InvokeWithResponseStreamResponseEventMemberPayloadChunk)
	if string(first.Value.Payload) != "first " {
		t.Errorf("first %q", first.Value.Payload)
	}
	c.Must(os.WriteFile(gate, nil, 0o600))
	text, end := rest(t, s)
	log, err := base64.StdEncoding.DecodeString(aws.ToString(end.LogResult))
	c.Must(err)
	if text != "second" || end.ErrorCode != nil || !strings.Contains(string(log), "stream done\nEND RequestId") {
		t.Errorf("%q, %+v, log %s", text, end, log)
	}
	if text, _ := rest(t, invokeStream(t, c, "f", map[string]any{"Text": "whole"})); !strings.Contains(text, `"text":"whole"`) {
		t.Errorf("an answer that is no stream: %q", text)
	}
	if n := c.Service.Instances(); n != 1 {
		t.Errorf("%d instances, want one that is used again", n)
	}
}

func TestStreamsThatFail(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(2) })
	for do, want := range map[string]struct{ text, details string }{
		"stream, fail": {"first ", `{"errorMessage":"told to break","errorType":"errorString"}`},
		"stream, exit": {"", `"errorType":"Runtime.ExitError"`},
		"stream, hang": {"first ", `Error: Task timed out after 2.00 seconds"`},
		"fail":         {"", `"errorType":"errorString"`},
		"exit":         {"", `"errorType":"Runtime.ExitError"`},
	} {
		text, end := rest(t, invokeStream(t, c, "f", map[string]any{"Do": do}))
		if !strings.HasPrefix("first ", text) || len(text) < len(want.text) || aws.ToString(end.ErrorCode) != "Unhandled" ||
			!strings.Contains(aws.ToString(end.ErrorDetails), want.details) {
			t.Errorf("%s: %q, %s %s", do, text, aws.ToString(end.ErrorCode), aws.ToString(end.ErrorDetails))
		}
	}
	if out := c.Invoke("f", map[string]any{"Do": "stream"}); string(out.Payload) != "first second" {
		t.Errorf("Invoke of a function that streams: %s", out.Payload)
	}
}

func TestStreamsThatDoNotBegin(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", nil)
	invoke := func(name string, kind types.ResponseStreamingInvocationType) error {
		_, err := c.Client.InvokeWithResponseStream(t.Context(), &awslambda.InvokeWithResponseStreamInput{FunctionName: &name, InvocationType: kind})
		return err
	}
	lambdatest.WantError(t, invoke("none", ""), "ResourceNotFoundException", "Function not found")
	lambdatest.WantError(t, invoke("f", "Event"), "ValidationException", "[RequestResponse, DryRun]")
	_, err := c.Client.PutFunctionConcurrency(t.Context(), &awslambda.PutFunctionConcurrencyInput{
		FunctionName: aws.String("f"), ReservedConcurrentExecutions: aws.Int32(0),
	})
	c.Must(err)
	lambdatest.WantError(t, invoke("f", ""), "TooManyRequestsException", "Rate Exceeded")
}

// TestStreamGoesOnWithoutItsClient: the function is not stopped, and the instance
// serves the next invocation.
func TestStreamGoesOnWithoutItsClient(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", nil)
	gate := filepath.Join(t.TempDir(), "gate")
	ctx, leave := context.WithCancel(t.Context())
	raw, err := json.Marshal(map[string]any{"Do": "stream", "Gate": gate})
	c.Must(err)
	out, err := c.Client.InvokeWithResponseStream(ctx, &awslambda.InvokeWithResponseStreamInput{FunctionName: aws.String("f"), Payload: raw})
	c.Must(err)
	<-out.GetStream().Events()
	leave()
	_ = out.GetStream().Close()
	c.Must(os.WriteFile(gate, nil, 0o600))
	lambdatest.Eventually(t, "the function ends", func() bool {
		return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "stream done") == 1
	})
	if e := lambdatest.Call[lambdatest.Echo](c, "f", map[string]any{}); e.Calls != 2 {
		t.Errorf("%d calls of the instance, want 2", e.Calls)
	}
}
