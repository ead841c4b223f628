package invoke

import (
	"context"
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/seastack/seastack/core/telemetry"
)

// trace begins the span of a call.
// https://opentelemetry.io/docs/specs/semconv/faas/faas-spans/#outgoing-invocations
func (c *caller[In, Out]) trace(ctx context.Context) (context.Context, telemetry.Span) {
	ctx, span := telemetry.Start(ctx, telemetry.Client, "invoke", c.name)
	return ctx, span.Set("faas.invoked_name", c.name).Set("faas.invoked_provider", "aws")
}

// clientContext returns a client context with ctx's span, which Lambda passes on
// where the caller waits; nil without a span.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func clientContext(ctx context.Context) *string {
	parent := telemetry.TraceParent(ctx)
	if parent == "" {
		return nil
	}
	text := base64.StdEncoding.EncodeToString([]byte(`{"custom":{"` + telemetry.TraceParentKey + `":"` + parent + `"}}`))
	return &text
}

// withTraceHeader sets the header with ctx's span, which Lambda passes on where the
// caller does not wait, too.
func withTraceHeader(ctx context.Context) func(*lambda.Options) {
	header := telemetry.XRayHeader(ctx)
	return func(o *lambda.Options) {
		if header != "" {
			o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("X-Amzn-Trace-Id", header))
		}
	}
}
