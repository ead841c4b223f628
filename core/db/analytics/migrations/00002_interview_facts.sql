-- The analytics service's tables.

-- +goose Up
CREATE TABLE interview_facts (
    interview_id   uuid        PRIMARY KEY,
    interviewer    text        NOT NULL,
    position       text        NOT NULL,
    week           date        NOT NULL, -- of the start: its Monday, in UTC
    minutes        integer     NOT NULL,
    status         text        NOT NULL,
    recommendation text        NOT NULL, -- '': none yet
    created_at     timestamptz NOT NULL,
    completed_at   timestamptz,
    lead_seconds   bigint                -- from creation to completion
);

CREATE INDEX interview_facts_by_position ON interview_facts (position, week);

-- +goose Down
DROP TABLE interview_facts;
