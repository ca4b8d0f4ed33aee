-- What the migrations themselves need. Run before them each time, so it must do no harm twice.
--
-- Everything of ours lives in one schema of its own, so that the product can share a database.

CREATE SCHEMA IF NOT EXISTS devshare;
COMMENT ON SCHEMA devshare IS 'The device-sharing engine: its log, its read models and the one way to write them.';

CREATE TABLE IF NOT EXISTS devshare.migration (
    number     integer     PRIMARY KEY,
    name       text        NOT NULL,
    digest     bytea       NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE  devshare.migration            IS 'Migrations that have been applied to this database.';
COMMENT ON COLUMN devshare.migration.number     IS 'Number that the file''s name begins with.';
COMMENT ON COLUMN devshare.migration.name       IS 'The file''s name.';
COMMENT ON COLUMN devshare.migration.digest     IS 'SHA-256 of the file as it was applied; the file must not change any more.';
COMMENT ON COLUMN devshare.migration.applied_at IS 'When it was applied.';
