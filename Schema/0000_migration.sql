-- Bookkeeping of the migrations. It runs before them each time, so a second run must change nothing.
--
-- Everything of ours is in one schema, so that the product can share a database.

CREATE SCHEMA IF NOT EXISTS devshare;
COMMENT ON SCHEMA devshare IS 'The device-sharing engine: its log, its read models and the one way to write them.';

CREATE TABLE IF NOT EXISTS devshare.migration (
    number     integer     PRIMARY KEY,
    name       text        NOT NULL,
    digest     bytea       NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE  devshare.migration            IS 'Numbered files of Schema/ that were applied to this database.';
COMMENT ON COLUMN devshare.migration.number     IS 'Number that the file''s name begins with.';
COMMENT ON COLUMN devshare.migration.name       IS 'The file''s path below Schema/.';
COMMENT ON COLUMN devshare.migration.digest     IS 'SHA-256 of the file as it was applied; the file must not change any more.';
COMMENT ON COLUMN devshare.migration.applied_at IS 'When it was applied.';

CREATE TABLE IF NOT EXISTS devshare.definition (
    name       text        COLLATE "C" PRIMARY KEY,
    digest     bytea       NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE  devshare.definition            IS 'Repeatable files of Schema/ (functions, views, triggers, roles) as they were last applied.';
COMMENT ON COLUMN devshare.definition.name       IS 'The file''s path below Schema/.';
COMMENT ON COLUMN devshare.definition.digest     IS 'SHA-256 of the file as it was last applied; a file with another digest is applied again.';
COMMENT ON COLUMN devshare.definition.applied_at IS 'When it was last applied.';

CREATE TABLE IF NOT EXISTS devshare.schema_state (
    is_only       boolean     PRIMARY KEY DEFAULT true CHECK (is_only),
    compatibility integer     NOT NULL,
    privileges    text[]      COLLATE "C" NOT NULL,
    migrated_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE  devshare.schema_state               IS 'What the last migration left, in one row.';
COMMENT ON COLUMN devshare.schema_state.is_only       IS 'Always true: there is one row.';
COMMENT ON COLUMN devshare.schema_state.compatibility IS 'Compatibility number of the schema: a program works with the range of them that it declares.';
COMMENT ON COLUMN devshare.schema_state.privileges    IS 'The privileges that the repeatable files gave; where one is missing (say after a restore), all files are applied again.';
COMMENT ON COLUMN devshare.schema_state.migrated_at   IS 'When the row last changed.';
