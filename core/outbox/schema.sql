CREATE TABLE outbox (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text        NOT NULL CHECK (kind IN ('queue', 'event')),
    name          text        NOT NULL,            -- of the queue or the event
    body          text        NOT NULL,            -- JSON
    message_group text        NOT NULL DEFAULT '', -- of a FIFO queue
    deduplication text        NOT NULL DEFAULT '', -- of a FIFO queue
    written_at    timestamptz NOT NULL DEFAULT now(),
    attempts      integer     NOT NULL DEFAULT 0,
    next_at       timestamptz NOT NULL DEFAULT now(),
    error         text        NOT NULL DEFAULT '', -- of the last attempt
    traceparent   text        NOT NULL DEFAULT ''  -- of the span that has written it
);

CREATE INDEX outbox_due ON outbox (next_at, id);
CREATE INDEX outbox_groups ON outbox (name, message_group, id) WHERE message_group <> '';
