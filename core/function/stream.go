package function

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/seastack/seastack/core/internal/afterward"
	"github.com/seastack/seastack/core/internal/requestevent"
	"github.com/seastack/seastack/core/telemetry"
)

// Stream serves the requests to a function URL whose answers are sent while they
// are written.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
type Stream struct{ handler http.Handler }

// StreamHandler serves requests with a handler of package net/http, which
// makeHandler makes once. Requests are as HTTPHandler has them. What the handler
// writes is buffered as on a server, and sent by Flush of http.ResponseController,
// when the buffer is full, and at the end. A panic before anything was sent is
// answered with 500. A later one breaks the answer off, so that its client sees that
// it is not complete; so does a handler that has not returned when Lambda is about
// to end the invocation. The client's leaving does not end the request's context.
func StreamHandler(makeHandler func() http.Handler) Stream { return Stream{makeHandler()} }

// StreamFunc is StreamHandler for a function.
func StreamFunc(f func(http.ResponseWriter, *http.Request)) Stream {
	return Stream{http.HandlerFunc(f)}
}

// StartStream serves events with the handler until Lambda ends the process; it
// never returns.
func StartStream(s Stream) {
	slog.SetDefault(Logger())
	exportBetween()
	lambda.Start(s.serve)
}

// serve returns the answer as soon as its header is written. Its body comes while
// the handler runs.
func (s Stream) serve(ctx context.Context, event json.RawMessage) (*events.LambdaFunctionURLStreamingResponse, error) {
	start := time.Now()
	if err := late(ctx); err != nil {
		return nil, err
	}
	req, err := readRequest(event)
	if err != nil {
		return nil, err
	}
	ctx, trace := traced(ctx)
	given := ctx
	ctx, cancel := withGrace(ctx)
	ctx, finish := afterward.With(requestevent.With(ctx, &req.APIGatewayV2HTTPRequest))
	ctx = traceRequest(ctx, req)
	r, err := req.netHTTP(ctx)
	if err != nil {
		cancel()
		trace.end(err)
		return nil, err
	}
	setEscapedPath(r.URL, req.RawPath)
	r.RequestURI = r.URL.RequestURI()
	w := newStreamWriter()
	go func() {
		defer cancel()
		_, err := await(ctx, func() (struct{}, error) {
			s.handler.ServeHTTP(w, r)
			return struct{}{}, nil
		})
		status := w.finish(ctx, err)
		finish(ctx)
		traceStatus(ctx, status, err)
		logRequest(ctx, req.RouteKey, status, time.Since(start), err)
		warnNearTimeout(given, start)
		trace.end(nil) // traceStatus has recorded the error
		w.close(err)
	}()
	h := <-w.begun
	return &events.LambdaFunctionURLStreamingResponse{
		StatusCode: h.status, Headers: h.headers, Cookies: h.cookies, Body: h.body,
	}, nil
}

// setEscapedPath sets the path of a request to a function URL, whose event has it
// escaped.
func setEscapedPath(u *url.URL, raw string) {
	if path, err := url.PathUnescape(raw); err == nil {
		u.Path, u.RawPath = path, raw
	}
}

// streamHead is how an answer begins.
type streamHead struct {
	status  int
	headers map[string]string
	cookies []string
	body    *streamBody
}

// streamWriter is the http.ResponseWriter of a Stream.
type streamWriter struct {
	header http.Header
	sent   http.Header // as it was when the answer began
	status int
	buffer *bufio.Writer // to the body, after the head
	pipe   *io.PipeWriter
	body   *streamBody

	once  sync.Once
	begun chan streamHead
}

// streamBuffer is how much is buffered, in bytes: as much as on a server.
const streamBuffer = 4 << 10

func newStreamWriter() *streamWriter {
	r, p := io.Pipe()
	w := &streamWriter{
		header: http.Header{}, pipe: p, body: &streamBody{Reader: r, pipe: r}, begun: make(chan streamHead, 1),
	}
	w.buffer = bufio.NewWriterSize(afterHead{w}, streamBuffer)
	return w
}

// afterHead is the body of an answer: before its first bytes goes the head.
type afterHead struct{ w *streamWriter }

func (a afterHead) Write(p []byte) (int, error) {
	a.w.begin()
	return a.w.pipe.Write(p)
}

// Header implements http.ResponseWriter.
func (w *streamWriter) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *streamWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK { // what informs comes before the answer
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write implements http.ResponseWriter.
func (w *streamWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if len(p) > 0 && w.sent.Get("Content-Type") == "" {
		w.sent.Set("Content-Type", http.DetectContentType(p))
	}
	return w.buffer.Write(p)
}

// FlushError sends what has been written, for http.ResponseController.
func (w *streamWriter) FlushError() error {
	w.WriteHeader(http.StatusOK)
	w.begin()
	return w.buffer.Flush()
}

// Flush implements http.Flusher.
func (w *streamWriter) Flush() { _ = w.FlushError() } // Write returns the error, too

// begin sends the head, once.
func (w *streamWriter) begin() {
	w.once.Do(func() {
		h := streamHead{status: w.status, headers: map[string]string{}, cookies: w.sent["Set-Cookie"], body: w.body}
		for name, values := range w.sent {
			if name != "Set-Cookie" && name != "Content-Length" { // the answer is in chunks
				h.headers[strings.ToLower(name)] = strings.Join(values, ", ")
			}
		}
		w.begun <- h
	})
}

// finish sends what is left. err is why the handler has failed: then it may still
// run, and its answer begins with a problem, unless it has begun before. finish
// returns the status.
func (w *streamWriter) finish(ctx context.Context, err error) (status int) {
	if err == nil {
		_ = w.FlushError() // the runtime is gone: there is no one to report an error to
		return w.status
	}
	w.once.Do(func() {
		p := problemOf(ctx, err)
		text, _ := json.Marshal(p) // a struct of texts and numbers always has a JSON form
		status = p.Status
		w.begun <- streamHead{
			status: p.Status, headers: map[string]string{"content-type": "application/problem+json"},
			body: &streamBody{Reader: bytes.NewReader(text), pipe: w.body.pipe},
		}
	})
	return cmp.Or(status, http.StatusInternalServerError) // the client may have another, and half an answer
}

// close ends the body: with an error, it is broken off.
func (w *streamWriter) close(err error) {
	if err != nil {
		err = &brokenStream{err}
	}
	_ = w.pipe.CloseWithError(err) // it never fails; without an error, the body is complete
}

// brokenStream is the error of an answer that is not complete. Its text is in the
// log, and Lambda's callers get it too.
type brokenStream struct{ err error }

func (b *brokenStream) Error() string {
	if errors.Is(b.err, context.DeadlineExceeded) {
		return "the handler did not return in time"
	}
	return "the handler failed"
}

// streamBody is the body of an answer. Lambda's runtime closes it when all is sent.
type streamBody struct {
	io.Reader
	pipe *io.PipeReader
}

// Close ends the process if a handler still runs: Lambda would freeze it, and it
// would go on in the next invocation.
func (b *streamBody) Close() error {
	if running.Load() > 0 && lambdacontext.MaxConcurrency() == 1 {
		Logger().Error("the process ends, as a handler is still running")
		telemetry.Flush()
		os.Exit(1)
	}
	return b.pipe.Close()
}
