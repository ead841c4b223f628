-- The reports service's tables.

-- +goose Up
CREATE TABLE interviewer_weeks (
    interviewer  text        NOT NULL,
    week         date        NOT NULL, -- its Monday, in UTC
    scheduled    integer     NOT NULL,
    completed    integer     NOT NULL,
    minutes      integer     NOT NULL,
    recommended  integer     NOT NULL,
    refreshed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (interviewer, week)
);

CREATE INDEX interviewer_weeks_by_week ON interviewer_weeks (week DESC, interviewer);

-- +goose Down
DROP TABLE interviewer_weeks;
