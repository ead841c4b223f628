-- The span that has written a message, so that its trace goes on where it is sent.

-- +goose Up
ALTER TABLE outbox ADD COLUMN traceparent text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE outbox DROP COLUMN traceparent;
