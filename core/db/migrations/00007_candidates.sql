-- The candidates service's tables.

-- +goose Up
CREATE TABLE candidates (
    id          uuid        PRIMARY KEY,
    email       text        NOT NULL CONSTRAINT candidates_email UNIQUE CHECK (email <> ''), -- in lower case
    name        text        NOT NULL CHECK (name <> ''),
    headline    text        NOT NULL,
    skills      text[]      NOT NULL,
    location    text        NOT NULL,
    source      text        NOT NULL CHECK (source <> ''),
    external_id text        CHECK (external_id <> ''), -- in the source
    version     integer     NOT NULL DEFAULT 1 CHECK (version > 0),
    changed_at  timestamptz NOT NULL, -- in the source: what is older does not overwrite it
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT candidates_external_id UNIQUE (source, external_id)
);

-- +goose Down
DROP TABLE candidates;
