-- The transaction that wrote an interview last, for copies of what has changed: the
-- function is core/etl's, the column is the interviews service's.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION set_changed_xid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_xid := pg_current_xact_id();
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- The default is the migration's own transaction for the rows that are there, all of
-- which are copied; it is computed once, so that no row is written.
ALTER TABLE interviews ADD COLUMN changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE TRIGGER interviews_changed BEFORE INSERT OR UPDATE ON interviews
    FOR EACH ROW EXECUTE FUNCTION set_changed_xid();

CREATE INDEX interviews_by_change ON interviews (changed_xid, id);

-- +goose Down
ALTER TABLE interviews DROP COLUMN changed_xid;
DROP TRIGGER interviews_changed ON interviews;
DROP FUNCTION set_changed_xid();
