// Package telemetry traces what a function does, with OpenTelemetry: it makes spans,
// carries their context to other functions, and exports them as OTLP in JSON. It is
// on where the environment names an endpoint, in OpenTelemetry's own variables, and
// costs nothing where it does not. Packages of core make spans with it; code of
// handlers may use go.opentelemetry.io/otel/trace, as the provider is the global one.
//
// The package knows how spans are made and exported; it must not know what handlers,
// queues or databases are.
//
// These variables configure it. Others of OpenTelemetry's SDK, such as those of
// span limits, hold too.
//
//	OTEL_EXPORTER_OTLP_ENDPOINT          base URL: http://localhost:4318; spans are posted to /v1/traces
//	OTEL_EXPORTER_OTLP_TRACES_ENDPOINT   the whole URL, in its place
//	OTEL_EXPORTER_OTLP_HEADERS           name=value,... of each request; ..._TRACES_HEADERS in its place
//	OTEL_EXPORTER_OTLP_TIMEOUT           of a request, in milliseconds; default: 1000, not 10000
//	OTEL_TRACES_SAMPLER, ..._ARG         default: parentbased_always_on
//	OTEL_SERVICE_NAME                    default: STACK/FUNCTION
//	OTEL_RESOURCE_ATTRIBUTES             name=value,...
//	OTEL_SDK_DISABLED                    true: off; so is OTEL_TRACES_EXPORTER=none
//
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
package telemetry
