package outbox

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/event"
	"github.com/seastack/seastack/core/internal/afterward"
	"github.com/seastack/seastack/core/queue"
	"github.com/seastack/seastack/core/telemetry"
)

// Schema is the SQL that makes the table.
//
//go:embed schema.sql
var Schema string

// Sender writes messages of one type into the outbox, from which they go to their
// queue.
type Sender[T any] interface {
	// Send writes a message in a transaction. A message that the queue would not
	// take, because it is too large, is an error.
	Send(ctx context.Context, tx pgx.Tx, message T) error
}

// Publisher writes events of one type into the outbox, from which they are
// published.
type Publisher[T any] interface {
	// Publish writes an event in a transaction. An event that is too large is an
	// error.
	Publish(ctx context.Context, tx pgx.Tx, detail T) error
}

// SenderFunc is a Sender made of a function, as tests like it.
type SenderFunc[T any] func(ctx context.Context, tx pgx.Tx, message T) error

// Send calls the function.
func (f SenderFunc[T]) Send(ctx context.Context, tx pgx.Tx, message T) error {
	return f(ctx, tx, message)
}

// PublisherFunc is a Publisher made of a function, as tests like it.
type PublisherFunc[T any] func(ctx context.Context, tx pgx.Tx, detail T) error

// Publish calls the function.
func (f PublisherFunc[T]) Publish(ctx context.Context, tx pgx.Tx, detail T) error {
	return f(ctx, tx, detail)
}

// NewSender returns the sender of the named queue, whose outbox is in the database.
// It makes no request.
func NewSender[T any](ctx context.Context, primary *db.Primary, name string) (Sender[T], error) {
	encoder, err := queue.NewEncoder[T](name)
	if err != nil {
		return nil, err
	}
	client, err := queue.NewClient(ctx)
	if err != nil {
		return nil, fmt.Errorf("queue %s: %w", name, err)
	}
	return &sender[T]{encoder, &box{primary: primary, queues: client, only: only{ofQueue, name}}}, nil
}

type sender[T any] struct {
	encoder *queue.Encoder[T]
	box     *box
}

func (s *sender[T]) Send(ctx context.Context, tx pgx.Tx, message T) error {
	m, err := s.encoder.Encode(message)
	if err != nil {
		return err
	}
	return s.box.write(ctx, tx, entry{Kind: ofQueue, Name: m.Queue, Body: m.Body, Group: m.Group, Deduplication: m.Deduplication})
}

// NewPublisher returns the publisher of the named event, whose outbox is in the
// database. It makes no request.
func NewPublisher[T any](ctx context.Context, primary *db.Primary, name string) (Publisher[T], error) {
	client, err := event.NewClient(ctx)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", name, err)
	}
	return &publisher[T]{&box{primary: primary, events: client, only: only{ofEvent, name}}}, nil
}

type publisher[T any] struct{ box *box }

func (p *publisher[T]) Publish(ctx context.Context, tx pgx.Tx, detail T) error {
	e, err := event.Encode(p.box.only.name, detail)
	if err != nil {
		return err
	}
	return p.box.write(ctx, tx, entry{Kind: ofEvent, Name: e.Name, Body: e.Detail})
}

// The kinds of entries.
const (
	ofQueue = "queue"
	ofEvent = "event"
)

// entry is a message or an event that waits.
type entry struct {
	ID                   int64
	Kind, Name, Body     string
	Group, Deduplication string
	Attempts             int
	TraceParent          string // of the span that has written it; empty: none
}

// write adds an entry, and sends it at the end of the invocation.
func (b *box) write(ctx context.Context, tx pgx.Tx, e entry) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO outbox (kind, name, body, message_group, deduplication, traceparent) VALUES ($1, $2, $3, $4, $5, $6)`,
		e.Kind, e.Name, e.Body, e.Group, e.Deduplication, telemetry.TraceParent(ctx))
	if err != nil {
		return err
	}
	afterward.Do(ctx, b, b.flush)
	return nil
}

// flushTimeout bounds how long an invocation's answer waits for its messages; the
// relay sends them otherwise.
const flushTimeout = 2 * time.Second

// flush sends what the invocation has written, and what others have left of the
// same name. An invocation whose time is up must be answered: the relay sends then.
func (b *box) flush(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	if _, err := b.round(ctx); err != nil {
		slog.WarnContext(ctx, "the outbox waits for its relay", "name", b.only.name, "error", err.Error())
	}
}
