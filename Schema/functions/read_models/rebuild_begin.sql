-- Read models are rebuilt from the log beside the live ones, and swapped in.
--
--   rebuild_begin    makes empty tables of the same shape in schema devshare_rebuild
--   (the program folds the log and writes rows with rebuild_apply, ledgers locked for the last part)
--   rebuild_compare  counts the rows in which fresh and live tables differ
--   rebuild_swap     puts the fresh tables in the place of the live ones, in the caller's transaction
CREATE OR REPLACE FUNCTION devshare.rebuild_begin() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    source regclass;
    target name;
    made   record;
BEGIN
    DROP SCHEMA IF EXISTS devshare_rebuild CASCADE;
    CREATE SCHEMA devshare_rebuild;
    COMMENT ON SCHEMA devshare_rebuild IS 'Read models that are being rebuilt from the log.';
    FOREACH source IN ARRAY ARRAY['devshare.directory_user', 'devshare.device', 'devshare.share_request']::regclass[] LOOP
        SELECT relname AS name, obj_description(oid, 'pg_class') AS comment INTO made FROM pg_class WHERE oid = source;
        target := made.name;
        EXECUTE format('CREATE TABLE devshare_rebuild.%I (LIKE %s INCLUDING ALL EXCLUDING INDEXES)', made.name, source);
        EXECUTE format('COMMENT ON TABLE devshare_rebuild.%I IS %L', made.name, made.comment);
        -- Keys and indexes under their own names, which LIKE would not keep; keys last, for the planner
        -- (tables/0007_share_request.sql).
        FOR made IN SELECT c.relname AS name, obj_description(c.oid, 'pg_class') AS comment,
                           replace(pg_get_indexdef(c.oid), ' ON devshare.', ' ON devshare_rebuild.') AS definition
                      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                     WHERE i.indrelid = source
                       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) LOOP
            EXECUTE made.definition;
            EXECUTE format('COMMENT ON INDEX devshare_rebuild.%I IS %L', made.name, made.comment);
        END LOOP;
        FOR made IN SELECT conname AS name, pg_get_constraintdef(oid) AS definition
                      FROM pg_constraint WHERE conrelid = source AND contype IN ('p', 'u') LOOP
            EXECUTE format('ALTER TABLE devshare_rebuild.%I ADD CONSTRAINT %I %s', target, made.name, made.definition);
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION devshare.rebuild_begin IS 'Makes fresh read-model tables in schema devshare_rebuild; those of an earlier, unfinished rebuild are dropped.';
REVOKE ALL ON FUNCTION devshare.rebuild_begin FROM PUBLIC, devshare_app;
