-- The interviews service's tables.

-- +goose Up
CREATE TABLE interviews (
    id             uuid        PRIMARY KEY,
    request_key    text        UNIQUE,
    candidate      text        NOT NULL CHECK (candidate <> ''),
    position       text        NOT NULL CHECK (position <> ''),
    interviewer    text        NOT NULL CHECK (interviewer <> ''),
    starts_at      timestamptz NOT NULL,
    minutes        integer     NOT NULL CHECK (minutes BETWEEN 1 AND 480),
    status         text        NOT NULL CHECK (status IN ('scheduled', 'completed')),
    recommendation text        NOT NULL DEFAULT '' CHECK (recommendation IN ('', 'strong_no', 'no', 'yes', 'strong_yes')),
    created_at     timestamptz NOT NULL DEFAULT now(),
    completed_at   timestamptz,
    CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
    CHECK ((status = 'completed') = (recommendation <> '')),
    -- Nobody holds two interviews that start together.
    CONSTRAINT interviews_interviewer_free UNIQUE (interviewer, starts_at)
);

-- Lists go from the latest to the earliest, a page after the other.
CREATE INDEX interviews_by_start ON interviews (starts_at DESC, id DESC);

-- +goose Down
DROP TABLE interviews;
