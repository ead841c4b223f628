-- The applications service's tables. A candidate's id is the candidates service's
-- to check.

-- +goose Up
CREATE TABLE roles (
    id              uuid        PRIMARY KEY,
    title           text        NOT NULL CHECK (title <> ''),
    location        text        NOT NULL, -- empty: anywhere
    required_skills text[]      NOT NULL,
    nice_skills     text[]      NOT NULL,
    minimum_years   integer     NOT NULL CHECK (minimum_years BETWEEN 0 AND 60),
    version         integer     NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE applications (
    id           uuid        PRIMARY KEY,
    candidate_id uuid        NOT NULL,
    role_id      uuid        NOT NULL REFERENCES roles,
    years        integer     NOT NULL CHECK (years BETWEEN 0 AND 60),
    cover        text        NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT now(),
    -- The review; NULL: there is none yet.
    score             integer CHECK (score BETWEEN 0 AND 100),
    findings          jsonb,
    role_version      integer, -- of the criteria
    candidate_version integer, -- of the profile
    reviewed_at       timestamptz,
    CONSTRAINT applications_once UNIQUE (candidate_id, role_id),
    CHECK (num_nulls(score, findings, role_version, candidate_version, reviewed_at) IN (0, 5))
);

-- Lists of a role's applications go from the newest to the oldest.
CREATE INDEX applications_by_role ON applications (role_id, id DESC);

-- +goose Down
DROP TABLE applications;
DROP TABLE roles;
