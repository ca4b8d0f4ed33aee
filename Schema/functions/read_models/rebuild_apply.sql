CREATE OR REPLACE FUNCTION devshare.rebuild_apply(in_ledger integer, in_rows jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM devshare_rebuild.directory_user u
     USING jsonb_to_recordset(in_rows -> 'users') AS r(user_id text)
     WHERE u.ledger = in_ledger AND u.user_id = r.user_id;
    INSERT INTO devshare_rebuild.directory_user (ledger, user_id, entity, entity_kind, registered_at, status)
    SELECT in_ledger, r.user_id, r.entity, r.entity_kind, r.registered_at, r.status
      FROM jsonb_to_recordset(in_rows -> 'users')
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
        ledger, request, requester, owner, device, state, submitted_at, decided_at, expires_at, escalates_at,
        escalated_at, closed_at, ended_at, approvals_required, endorsed_by, claimed_by, claimed_until, reasons,
        submitter)
    SELECT in_ledger, r.request, r.requester, r.owner, r.device, r.state, r.submitted_at, r.decided_at,
           r.expires_at, r.escalates_at, r.escalated_at, r.closed_at, r.ended_at, r.approvals_required,
           r.endorsed_by, r.claimed_by, r.claimed_until, r.reasons, r.submitter
      FROM jsonb_to_recordset(in_rows -> 'requests')
        AS r(request uuid, requester text, owner text, device text, state text, submitted_at timestamptz,
             decided_at timestamptz, expires_at timestamptz, escalates_at timestamptz,
             escalated_at timestamptz, closed_at timestamptz, ended_at timestamptz,
             approvals_required smallint, endorsed_by text, claimed_by text, claimed_until timestamptz,
             reasons text[], submitter text);
END
$$;
COMMENT ON FUNCTION devshare.rebuild_apply IS 'Writes rows of the fresh read models, in place of those with the same keys.';
REVOKE ALL ON FUNCTION devshare.rebuild_apply FROM PUBLIC, devshare_app;
