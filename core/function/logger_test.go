package function

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
)

func record(t *testing.T, ctx context.Context) map[string]any {
	t.Helper()
	var out bytes.Buffer
	newLogger(&out).With("stack", "web").InfoContext(ctx, "said", "n", 1)
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got["timestamp"] == nil {
		t.Error("a record without a timestamp")
	}
	delete(got, "timestamp")
	return got
}

func TestRecordsKnowTheirInvocation(t *testing.T) {
	t.Setenv("_X_AMZN_TRACE_ID", "Root=from-the-environment")
	plain := map[string]any{"level": "INFO", "message": "said", "n": 1.0, "stack": "web"}
	if diff := cmp.Diff(plain, record(t, t.Context())); diff != "" {
		t.Errorf("outside of an invocation (-want +got):\n%s", diff)
	}

	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r1"})
	plain["requestId"], plain["traceId"] = "r1", "Root=from-the-environment"
	if diff := cmp.Diff(plain, record(t, ctx)); diff != "" {
		t.Errorf("inside (-want +got):\n%s", diff)
	}

	plain["traceId"] = "Root=from-the-context"
	//lint:ignore SA1029 the key is the runtime's own
	if diff := cmp.Diff(plain, record(t, context.WithValue(ctx, "x-amzn-trace-id", "Root=from-the-context"))); diff != "" {
		t.Errorf("with the runtime's context (-want +got):\n%s", diff)
	}
}

func TestLevelsAreLambdas(t *testing.T) {
	for name, want := range map[string]slog.Level{
		"": slog.LevelInfo, "TRACE": slog.LevelDebug, "debug": slog.LevelDebug, "INFO": slog.LevelInfo,
		"WARN": slog.LevelWarn, "ERROR": slog.LevelError, "FATAL": slog.LevelError, "?": slog.LevelInfo,
	} {
		if got := logLevel(name); got != want {
			t.Errorf("%s: %v; want %v", name, got, want)
		}
	}
	t.Setenv("AWS_LAMBDA_LOG_LEVEL", "ERROR")
	var out bytes.Buffer
	newLogger(&out).WithGroup("g").Warn("quiet")
	if out.Len() > 0 {
		t.Errorf("logged below the level: %s", &out)
	}
}

func TestAPanicsStackIsLogged(t *testing.T) {
	_, err := safely(func() (nothing, error) { panic("oh") })
	attrs := errorAttrs(err)
	if len(attrs) != 2 || attrs[0].Value.String() != "panic: oh" || !strings.Contains(attrs[1].Value.String(), "TestAPanicsStackIsLogged") {
		t.Errorf("attrs = %v", attrs)
	}
}
