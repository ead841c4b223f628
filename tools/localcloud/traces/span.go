// Package traces keeps the spans that functions export, as a tracing backend does
// on AWS: it receives OTLP over HTTP, groups spans by trace within fixed bounds,
// and answers questions about them. It knows the conventions of OpenTelemetry and
// no function.
package traces

import "time"

// The kinds of a Span.
const (
	Server   = "server"
	Client   = "client"
	Producer = "producer"
	Consumer = "consumer"
	Internal = "internal"
)

// Span is one operation of a trace.
type Span struct {
	TraceID    string            `json:"traceId"`            // 32 hexadecimal digits
	SpanID     string            `json:"spanId"`             // 16 hexadecimal digits
	ParentID   string            `json:"parentId,omitempty"` // empty: the trace begins here
	Name       string            `json:"name"`
	Kind       string            `json:"kind"`               // Server, Client, Producer, Consumer or Internal
	Function   string            `json:"function,omitempty"` // STACK/FUNCTION; empty where it is no function's
	Start      time.Time         `json:"start"`
	Duration   time.Duration     `json:"duration"` // in JSON in nanoseconds
	Attributes map[string]string `json:"attributes,omitempty"`
	Links      []Link            `json:"links,omitempty"` // spans that led to it and are not its parents
	Error      string            `json:"error,omitempty"` // why it failed; empty where it did not
	ColdStart  bool              `json:"coldStart,omitempty"`
}

// End returns when the span ended.
func (s Span) End() time.Time { return s.Start.Add(s.Duration) }

// Link names a span, which may be of another trace.
type Link struct {
	TraceID string `json:"traceId"`
	SpanID  string `json:"spanId"`
}

// Summary describes a trace.
type Summary struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"` // of its first span
	Start     time.Time     `json:"start"`
	Duration  time.Duration `json:"duration"`  // from the first start to the last end; in JSON in nanoseconds
	Functions []string      `json:"functions"` // STACK/FUNCTION, in the order of their first spans' arrival
	Spans     int           `json:"spans"`
	Errors    int           `json:"errors"` // spans that failed
}

// Filter selects traces. The zero Filter selects all.
type Filter struct {
	Function    string        // STACK/FUNCTION, or STACK for any function of it; empty: any
	MinDuration time.Duration // traces that took at least this long
	Errors      bool          // only traces in which a span failed
	Since       time.Time     // traces that began at this time or later
	Limit       int           // at most so many traces, the newest; 0: no limit
}
