-- How far the jobs of the analytics store have come: core/etl's table.

-- +goose Up
CREATE TABLE etl_watermarks (
    job         text        PRIMARY KEY,
    cluster     text        NOT NULL DEFAULT '',  -- of the source, with its timeline
    changed_xid xid8        NOT NULL DEFAULT '0', -- of the last row that was copied
    key         text,                             -- of that row; NULL: none was copied
    copied      bigint      NOT NULL DEFAULT 0,   -- rows so far
    copied_at   timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
DROP TABLE etl_watermarks;
