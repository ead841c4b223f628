package lambda

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/functionurl"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/stream"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// InvokeStream runs a function whose answer comes while it runs. The errors are
// those of Invoke; the end of the answer returns them.
func (s *Service) InvokeStream(ctx context.Context, in Invocation) *stream.Answer {
	return stream.Start(func(a *stream.Answer) (stream.End, error) {
		in.stream = a
		r, err := s.Invoke(ctx, in)
		return r.end(), err
	})
}

// runStream is InvokeStream for an invocation that is admitted.
func (s *Service) runStream(ctx context.Context, t *target, in Invocation) *stream.Answer {
	return stream.Start(func(a *stream.Answer) (stream.End, error) {
		in.stream = a
		r, err := s.run(ctx, t, in)
		return r.end(), err
	})
}

func (r Result) end() stream.End {
	return stream.End{Failed: r.FunctionError != "", Payload: r.Payload, Version: r.ExecutedVersion, LogTail: r.LogTail}
}

// serveInvokeStream is the operation InvokeWithResponseStream.
// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
func (s *Service) serveInvokeStream(ctx context.Context, c *wire.Call) (any, error) {
	in, err := s.invocation(c)
	if err != nil {
		return nil, err
	}
	switch kind := c.Header.Get("X-Amz-Invocation-Type"); kind {
	case "", "RequestResponse":
	case "DryRun":
		return s.dryRun(in)
	default:
		var v apierror.Violations
		v.OneOf(kind, "invocationType", "RequestResponse", "DryRun")
		return nil, v.Err()
	}
	t, err := s.admit(&in, maxPayload)
	if err != nil {
		return nil, err
	}
	a := s.runStream(ctx, t, in)
	if _, begun := a.Begun(); !begun {
		if _, err := a.End(); err != nil {
			return nil, err
		}
	}
	return &wire.Response{
		Header: http.Header{
			"Content-Type": {"application/vnd.amazon.eventstream"}, "X-Amz-Executed-Version": {t.primary.Version},
		},
		Stream: func(w io.Writer) error { return sendEvents(w, a) },
	}, nil
}

// sendEvents sends an answer as events, and then how the invocation ended.
// https://smithy.io/2.0/aws/amazon-eventstream.html
func sendEvents(w io.Writer, a *stream.Answer) error {
	chunk := make([]byte, 32<<10)
	for {
		n, err := a.Read(chunk)
		if n > 0 {
			if sent := sendEvent(w, "PayloadChunk", "application/octet-stream", chunk[:n]); sent != nil {
				break // the client is gone; the function goes on
			}
		}
		if err != nil {
			break
		}
	}
	end, err := a.End()
	if err != nil {
		return err
	}
	raw, err := json.Marshal(complete(end))
	if err != nil {
		return err
	}
	return sendEvent(w, "InvokeComplete", "application/json", raw)
}

// invokeComplete is the last event of an answer.
// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStreamCompleteEvent.html
type invokeComplete struct {
	ErrorCode    string `json:",omitempty"`
	ErrorDetails string `json:",omitempty"`
	LogResult    string `json:",omitempty"`
}

func complete(end stream.End) invokeComplete {
	done := invokeComplete{LogResult: base64.StdEncoding.EncodeToString(end.LogTail)}
	if end.Failed {
		done.ErrorCode, done.ErrorDetails = "Unhandled", string(end.Payload)
	}
	return done
}

// sendEvent sends one event, in one write.
func sendEvent(w io.Writer, kind, contentType string, payload []byte) error {
	var headers eventstream.Headers
	headers.Set(":message-type", eventstream.StringValue("event"))
	headers.Set(":event-type", eventstream.StringValue(kind))
	headers.Set(":content-type", eventstream.StringValue(contentType))
	var b bytes.Buffer
	if err := eventstream.NewEncoder().Encode(&b, eventstream.Message{Headers: headers, Payload: payload}); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// urlFunctions implements functionurl.Functions.
type urlFunctions struct{ registry }

func (a urlFunctions) invocation(r names.Reference, in functionurl.Invocation) Invocation {
	return Invocation{
		FunctionARN: a.s.names.ARN(r), Payload: in.Payload, RequestID: in.RequestID, TraceID: in.TraceID, Nested: in.Nested,
	}
}

// Invoke implements functionurl.Functions.
func (a urlFunctions) Invoke(ctx context.Context, r names.Reference, in functionurl.Invocation) (stream.End, error) {
	res, err := a.s.Invoke(ctx, a.invocation(r, in))
	return res.end(), err
}

// Stream implements functionurl.Functions.
func (a urlFunctions) Stream(ctx context.Context, r names.Reference, in functionurl.Invocation) *stream.Answer {
	return a.s.InvokeStream(ctx, a.invocation(r, in))
}

// Measure implements functionurl.Functions.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
func (a urlFunctions) Measure(r names.Reference, version string, status int, latency time.Duration) {
	if a.s.deps.Metrics == nil {
		return
	}
	for _, dimensions := range (&target{ref: r}).dimensions(version)[1:] {
		record := func(name, unit string, value float64) { a.s.deps.Metrics.Record(name, unit, value, dimensions...) }
		record("UrlRequestCount", "Count", 1)
		record("Url4xxCount", "Count", count(status/100 == 4))
		record("Url5xxCount", "Count", count(status/100 == 5))
		record("UrlRequestLatency", "Milliseconds", float64(latency)/float64(time.Millisecond))
	}
}

func count(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
