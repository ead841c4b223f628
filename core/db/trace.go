package db

import (
	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/trace"
)

// newTracer returns what makes a span of each statement and of each connection. A
// span has the statement's text, and never the values of its arguments.
func newTracer(p trace.TracerProvider) pgx.QueryTracer {
	return otelpgx.NewTracer(
		otelpgx.WithTracerProvider(p), otelpgx.WithTrimSQLInSpanName(),
		otelpgx.WithDisableAcquireTracer(), // the pool is the process's own
	)
}
