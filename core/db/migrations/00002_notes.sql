-- The notes service's tables. An interview's id is the interviews service's to
-- check: no foreign key crosses from one service's tables to another's.

-- +goose Up
CREATE TABLE transcripts (
    interview_id uuid        PRIMARY KEY,
    version      integer     NOT NULL CHECK (version > 0),
    content      text        NOT NULL,
    stored_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE notes (
    interview_id uuid        PRIMARY KEY,
    version      integer     NOT NULL,
    summary      text[]      NOT NULL,
    questions    text[]      NOT NULL,
    actions      text[]      NOT NULL,
    skills       text[]      NOT NULL,
    topics       text[]      NOT NULL,
    words        integer     NOT NULL,
    written_at   timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
DROP TABLE notes;
DROP TABLE transcripts;
