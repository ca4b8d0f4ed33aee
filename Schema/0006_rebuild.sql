-- Read models made anew from the log, beside the live ones, and swapped in.
--
--   rebuild_begin    makes empty tables of the same shape in schema devshare_rebuild
--   (the program folds the log and writes rows with rebuild_apply, ledgers locked for the last part)
--   rebuild_swap     puts them in the place of the live ones, in the caller's transaction

CREATE FUNCTION devshare.rebuild_begin() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DROP SCHEMA IF EXISTS devshare_rebuild CASCADE;
    CREATE SCHEMA devshare_rebuild;
    COMMENT ON SCHEMA devshare_rebuild IS 'Read models that are being made anew from the log.';
    CREATE TABLE devshare_rebuild.participant (LIKE devshare.participant INCLUDING ALL);
    CREATE TABLE devshare_rebuild.device (LIKE devshare.device INCLUDING ALL);
    CREATE TABLE devshare_rebuild.share_request (LIKE devshare.share_request INCLUDING ALL);
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
