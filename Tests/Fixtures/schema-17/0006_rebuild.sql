-- Read models made anew from the log, beside the live ones, and swapped in.
--
--   rebuild_begin    makes empty tables of the same shape in schema devshare_rebuild
--   (the program folds the log and writes rows with rebuild_apply, ledgers locked for the last part)
--   rebuild_compare  counts the rows in which fresh and live tables differ
--   rebuild_swap     puts the fresh tables in the place of the live ones, in the caller's transaction

CREATE FUNCTION devshare.rebuild_begin() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    source regclass;
    made   record;
BEGIN
    DROP SCHEMA IF EXISTS devshare_rebuild CASCADE;
    CREATE SCHEMA devshare_rebuild;
    COMMENT ON SCHEMA devshare_rebuild IS 'Read models that are being made anew from the log.';
    FOREACH source IN ARRAY ARRAY['devshare.participant', 'devshare.device', 'devshare.share_request']::regclass[] LOOP
        SELECT relname AS name, obj_description(oid, 'pg_class') AS comment INTO made FROM pg_class WHERE oid = source;
        EXECUTE format('CREATE TABLE devshare_rebuild.%I (LIKE %s INCLUDING ALL EXCLUDING INDEXES)', made.name, source);
        EXECUTE format('COMMENT ON TABLE devshare_rebuild.%I IS %L', made.name, made.comment);
        -- Keys and indexes under their own names, which LIKE would not keep.
        FOR made IN SELECT made.name AS target, conname AS name, pg_get_constraintdef(oid) AS definition
                      FROM pg_constraint WHERE conrelid = source AND contype IN ('p', 'u') LOOP
            EXECUTE format('ALTER TABLE devshare_rebuild.%I ADD CONSTRAINT %I %s', made.target, made.name, made.definition);
        END LOOP;
        FOR made IN SELECT c.relname AS name, obj_description(c.oid, 'pg_class') AS comment,
                           replace(pg_get_indexdef(c.oid), ' ON devshare.', ' ON devshare_rebuild.') AS definition
                      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                     WHERE i.indrelid = source
                       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) LOOP
            EXECUTE made.definition;
            EXECUTE format('COMMENT ON INDEX devshare_rebuild.%I IS %L', made.name, made.comment);
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION devshare.rebuild_begin IS 'Makes fresh read-model tables in schema devshare_rebuild; those of an earlier, unfinished rebuild are dropped.';

CREATE FUNCTION devshare.rebuild_apply(in_ledger integer, in_rows jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM devshare_rebuild.participant p
     USING jsonb_to_recordset(in_rows -> 'participants') AS r(user_id text)
     WHERE p.ledger = in_ledger AND p.user_id = r.user_id;
    INSERT INTO devshare_rebuild.participant (ledger, user_id, entity, entity_kind, registered_at, status)
    SELECT in_ledger, r.user_id, r.entity, r.entity_kind, r.registered_at, r.status
      FROM jsonb_to_recordset(in_rows -> 'participants')
        AS r(user_id text, entity text, entity_kind text, registered_at timestamptz, status text);

    DELETE FROM devshare_rebuild.device d
     USING jsonb_to_recordset(in_rows -> 'devices') AS r(device_id text)
     WHERE d.ledger = in_ledger AND d.device_id = r.device_id;
    INSERT INTO devshare_rebuild.device (ledger, device_id, holder, kind, status, activated_at, expires_at)
    SELECT in_ledger, r.device_id, r.holder, r.kind, r.status, r.activated_at, r.expires_at
      FROM jsonb_to_recordset(in_rows -> 'devices')
        AS r(device_id text, holder text, kind text, status text, activated_at timestamptz, expires_at timestamptz);

    DELETE FROM devshare_rebuild.share_request s
     USING jsonb_to_recordset(in_rows -> 'requests') AS r(request uuid)
     WHERE s.ledger = in_ledger AND s.request = r.request;
    INSERT INTO devshare_rebuild.share_request (
        ledger, request, requester, owner, device, state, submitted_at, decided_at, expires_at, ended_at,
        approvals_required, endorsed_by, claimed_by, claimed_until, reasons)
    SELECT in_ledger, r.request, r.requester, r.owner, r.device, r.state, r.submitted_at, r.decided_at,
           r.expires_at, r.ended_at, r.approvals_required, r.endorsed_by, r.claimed_by, r.claimed_until,
           r.reasons
      FROM jsonb_to_recordset(in_rows -> 'requests')
        AS r(request uuid, requester text, owner text, device text, state text, submitted_at timestamptz,
             decided_at timestamptz, expires_at timestamptz, ended_at timestamptz,
             approvals_required smallint, endorsed_by text, claimed_by text, claimed_until timestamptz,
             reasons text[]);
END
$$;
COMMENT ON FUNCTION devshare.rebuild_apply IS 'Writes rows of the fresh read models, replacing what is there under their keys.';

CREATE FUNCTION devshare.rebuild_compare(OUT read_model text, OUT missing bigint, OUT unexpected bigint)
RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    FOREACH read_model IN ARRAY ARRAY['participant', 'device', 'share_request'] LOOP
        EXECUTE format('SELECT count(*) FROM (TABLE devshare_rebuild.%1$I EXCEPT ALL TABLE devshare.%1$I) d', read_model)
           INTO missing;
        EXECUTE format('SELECT count(*) FROM (TABLE devshare.%1$I EXCEPT ALL TABLE devshare_rebuild.%1$I) d', read_model)
           INTO unexpected;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION devshare.rebuild_compare IS 'For each read model, how many rows that the log gives the live table lacks, and how many it has that the log does not give.';

CREATE FUNCTION devshare.rebuild_swap() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DROP VIEW devshare.sharing;
    DROP TABLE devshare.participant, devshare.device, devshare.share_request;
    ALTER TABLE devshare_rebuild.participant SET SCHEMA devshare;
    ALTER TABLE devshare_rebuild.device SET SCHEMA devshare;
    ALTER TABLE devshare_rebuild.share_request SET SCHEMA devshare;
    PERFORM devshare.make_sharing_view();
    GRANT SELECT ON devshare.participant, devshare.device, devshare.share_request, devshare.sharing TO devshare_app;
    DROP SCHEMA devshare_rebuild;
END
$$;
COMMENT ON FUNCTION devshare.rebuild_swap IS 'Puts the fresh read models in the place of the live ones.';
