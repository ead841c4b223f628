package telemetry

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
)

// config says where spans go.
type config struct {
	url     string
	headers http.Header
	timeout time.Duration // of one request
}

// defaultTimeout is shorter than OpenTelemetry's: an instance that exports takes no
// other invocation.
const defaultTimeout = time.Second

// fromEnvironment returns the configuration, and whether there is one.
func fromEnvironment() (c config, ok bool) {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return c, false
	}
	c.url = os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	if base := os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"); c.url == "" && base != "" {
		c.url = strings.TrimSuffix(base, "/") + "/v1/traces"
	}
	if c.url == "" {
		return c, false
	}
	if u, err := url.Parse(c.url); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		slog.Warn("the function is not traced: OTEL_EXPORTER_OTLP_ENDPOINT is no URL with http or https")
		return c, false
	}
	c.headers = headersOf(cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS"), os.Getenv("OTEL_EXPORTER_OTLP_HEADERS")))
	c.timeout = defaultTimeout
	text := cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"), os.Getenv("OTEL_EXPORTER_OTLP_TIMEOUT"))
	if ms, err := strconv.Atoi(text); err == nil && ms > 0 {
		c.timeout = time.Duration(ms) * time.Millisecond
	}
	return c, true
}

// headersOf reads the form of W3C Baggage that the variable has: a=b,c=d, with
// values that are escaped as in URLs.
func headersOf(text string) http.Header {
	h := http.Header{}
	for pair := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(pair, "=")
		if decoded, err := url.PathUnescape(value); ok && err == nil {
			h.Set(strings.TrimSpace(name), strings.TrimSpace(decoded))
		}
	}
	return h
}

// newResource returns what is true of all spans of the process: OpenTelemetry's
// conventions for functions, and what the environment adds or says otherwise.
// https://opentelemetry.io/docs/specs/semconv/resource/faas/
func newResource() *resource.Resource {
	attributes := []attribute.KeyValue{
		attribute.String("telemetry.sdk.language", "go"), attribute.String("telemetry.sdk.name", "opentelemetry"),
		attribute.String("cloud.provider", "aws"), attribute.String("cloud.platform", "aws_lambda"),
	}
	set := func(key, value string) {
		if value != "" {
			attributes = append(attributes, attribute.String(key, value))
		}
	}
	set("service.name", cmp.Or(Function(), os.Getenv("AWS_LAMBDA_FUNCTION_NAME"), "unknown_service"))
	set("deployment.environment.name", os.Getenv("SEASTACK_ENVIRONMENT"))
	set("cloud.region", os.Getenv("AWS_REGION"))
	set("faas.name", os.Getenv("AWS_LAMBDA_FUNCTION_NAME"))
	set("faas.version", os.Getenv("AWS_LAMBDA_FUNCTION_VERSION"))
	set("faas.instance", os.Getenv("AWS_LAMBDA_LOG_STREAM_NAME"))
	if mb, err := strconv.Atoi(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")); err == nil {
		attributes = append(attributes, attribute.Int("faas.max_memory", mb<<20)) // bytes
	}
	own := resource.NewSchemaless(attributes...)
	all, err := resource.Merge(own, resource.Environment())
	if err != nil {
		slog.Warn("OTEL_RESOURCE_ATTRIBUTES is not valid", "error", err.Error())
		return own
	}
	return all
}

// Function returns the function's STACK/FUNCTION; empty outside of one.
func Function() string {
	stack, function := os.Getenv("SEASTACK_STACK"), os.Getenv("SEASTACK_FUNCTION")
	if stack == "" || function == "" {
		return ""
	}
	return stack + "/" + function
}
