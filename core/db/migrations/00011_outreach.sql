-- The outreach service's tables. A candidate is a name, as who enrols it says.

-- +goose Up
CREATE TABLE outreach_enrolments (
    key         text        PRIMARY KEY, -- what it is about, as in interview/ID
    candidate   text        NOT NULL CHECK (candidate <> ''),
    sequence    text        NOT NULL,
    at          timestamptz NOT NULL, -- from which delays count
    enrolled_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE outreach_messages (
    id            uuid        PRIMARY KEY,
    enrolment     text        NOT NULL REFERENCES outreach_enrolments,
    candidate     text        NOT NULL,
    sequence      text        NOT NULL,
    step          integer     NOT NULL CHECK (step > 0),
    subject       text        NOT NULL,
    body          text        NOT NULL,
    status        text        NOT NULL CHECK (status IN ('waiting', 'sent', 'stopped', 'failed')),
    due_at        timestamptz NOT NULL,
    next_at       timestamptz NOT NULL, -- of the next attempt
    attempts      integer     NOT NULL DEFAULT 0,
    claim         uuid,                 -- of who sends it
    claimed_until timestamptz,
    error         text        NOT NULL DEFAULT '', -- of the last attempt
    sent_at       timestamptz,
    UNIQUE (enrolment, step),
    CHECK ((status = 'sent') = (sent_at IS NOT NULL))
);

CREATE INDEX outreach_messages_due ON outreach_messages (next_at, id) WHERE status = 'waiting';
CREATE INDEX outreach_messages_by_candidate ON outreach_messages (candidate, id DESC);

-- Who is to get nothing that was enrolled for a time before.
CREATE TABLE outreach_stops (
    candidate  text        PRIMARY KEY,
    reason     text        NOT NULL CHECK (reason IN ('replied', 'withdrew')),
    stopped_at timestamptz NOT NULL DEFAULT now()
);

-- The folder's table: what would have been sent.
CREATE TABLE outreach_folder (
    key       text        PRIMARY KEY, -- of the message
    recipient text        NOT NULL,
    subject   text        NOT NULL,
    body      text        NOT NULL,
    filed_at  timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
DROP TABLE outreach_folder;
DROP TABLE outreach_stops;
DROP TABLE outreach_messages;
DROP TABLE outreach_enrolments;
