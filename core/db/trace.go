package db

import (
	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/trace"
)

// tracer makes spans of statements and of connections. Those of preparing and of the
// pool, which is the process's own, are left out.
type tracer struct {
	pgx.QueryTracer
	pgx.BatchTracer
	pgx.CopyFromTracer
	pgx.ConnectTracer
}

// newTracer returns a tracer. A span has the statement's text, and never the values
// of its arguments.
func newTracer(p trace.TracerProvider) tracer {
	t := otelpgx.NewTracer(otelpgx.WithTracerProvider(p))
	return tracer{t, t, t, t}
}
