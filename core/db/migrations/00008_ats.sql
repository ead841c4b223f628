-- The tables of the services ats and imports.

-- +goose Up
CREATE TABLE ats_syncs (
    candidate_id uuid        PRIMARY KEY,
    version      integer     NOT NULL CHECK (version >= 0), -- the newest that is settled; 0: none
    outcome      text        NOT NULL CHECK (outcome IN ('', 'sent', 'received', 'skipped')), -- of that version
    attempts     integer     NOT NULL DEFAULT 0,  -- to send a newer one, which have failed
    reason       text        NOT NULL DEFAULT '', -- why the last of them has, or why the version was skipped
    updated_at   timestamptz NOT NULL DEFAULT now()
);

-- One row: when the next request to the system may start.
CREATE TABLE ats_pace (
    only_row boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    next_at  timestamptz NOT NULL DEFAULT now(),
    failures integer     NOT NULL DEFAULT 0 -- in a row
);
INSERT INTO ats_pace DEFAULT VALUES;

CREATE TABLE candidate_imports (
    key         text        NOT NULL,
    etag        text        NOT NULL,
    modified    timestamptz NOT NULL,
    rows        integer     NOT NULL DEFAULT 0, -- that are done
    saved       integer     NOT NULL DEFAULT 0,
    unchanged   integer     NOT NULL DEFAULT 0,
    rejected    integer     NOT NULL DEFAULT 0,
    problems    jsonb       NOT NULL DEFAULT '[]',
    refusal     text        NOT NULL DEFAULT '', -- of the rest of the file
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (key, etag, modified)
);

-- +goose Down
DROP TABLE candidate_imports;
DROP TABLE ats_pace;
DROP TABLE ats_syncs;
