package function

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.opentelemetry.io/otel/trace"
)

var logger = sync.OnceValue(func() *slog.Logger { return newLogger(os.Stdout) })

// Logger returns the function's logger: one JSON object per line on stdout, with
// the members that Lambda's JSON logs have (timestamp, level, message), and the
// request's id and trace for records logged with an invocation's context: traceId is
// X-Ray's header, and trace_id and span_id are OpenTelemetry's, of a function that is
// traced. The level is AWS_LAMBDA_LOG_LEVEL's, else INFO.
func Logger() *slog.Logger { return logger() }

func newLogger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: logLevel(os.Getenv("AWS_LAMBDA_LOG_LEVEL")), ReplaceAttr: lambdacontext.ReplaceAttr}
	return slog.New(contextHandler{slog.NewJSONHandler(w, options)})
}

// logLevel reads the levels of Lambda's logging controls; TRACE and FATAL are
// the two that slog has no name for.
func logLevel(name string) slog.Level {
	switch strings.ToUpper(name) {
	case "TRACE", "DEBUG":
		return slog.LevelDebug
	case "WARN":
		return slog.LevelWarn
	case "ERROR", "FATAL":
		return slog.LevelError
	}
	return slog.LevelInfo
}

// RequestID returns the id that Lambda gave to the invocation; empty outside one.
func RequestID(ctx context.Context) string {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}

// traceID returns the invocation's X-Ray trace header. The runtime puts it into
// the context under this very key, and into the environment while an instance
// serves one invocation at a time.
func traceID(ctx context.Context) string {
	if id, ok := ctx.Value("x-amzn-trace-id").(string); ok && id != "" {
		return id
	}
	if RequestID(ctx) == "" {
		return ""
	}
	return os.Getenv("_X_AMZN_TRACE_ID")
}

// contextHandler adds what the context knows to each record.
type contextHandler struct{ slog.Handler }

func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("requestId", id))
	}
	if id := traceID(ctx); id != "" {
		r.AddAttrs(slog.String("traceId", id))
	}
	if s := trace.SpanContextFromContext(ctx); s.IsValid() {
		r.AddAttrs(slog.String("trace_id", s.TraceID().String()), slog.String("span_id", s.SpanID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextHandler{h.Handler.WithAttrs(attrs)}
}

func (h contextHandler) WithGroup(name string) slog.Handler {
	return contextHandler{h.Handler.WithGroup(name)}
}
