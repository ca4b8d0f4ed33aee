-- Which portal submitted a request: it alone sees it and acts on it, among portals.
--
-- The log says so since this version, in share-request-submitted. Of requests of before nobody knows, so they stay open to all
-- portals.

ALTER TABLE devshare.share_request ADD COLUMN submitter text COLLATE "C";
COMMENT ON COLUMN devshare.share_request.submitter IS 'The portal that submitted it; null for requests older than this column, which every portal may see and act on.';

CREATE INDEX share_request_submitter ON devshare.share_request (ledger, submitter, request);
COMMENT ON INDEX devshare.share_request_submitter IS 'The requests of one portal, in order of submission.';

-- The append and the rebuild, with the column that is new.

DROP FUNCTION devshare.sharing_append;

CREATE FUNCTION devshare.sharing_append(
    in_ledger                     integer,
    in_recorded_at                timestamptz,
    in_streams                    text[],
    in_command_conditions         integer[],
    in_command_events             integer[],
    in_command_metadata           text[],
    in_command_key                text[],
    in_command_digest             bytea[],
    in_command_subject            text[],
    in_condition_stream           integer[],
    in_condition_version          integer[],
    in_event_command              integer[],
    in_event_condition            integer[],
    in_event_version              integer[],
    in_event_type                 text[],
    in_event_schema_version       smallint[],
    in_event_data                 text[],
    in_event_leaf_hash            bytea[],
    in_request_command            integer[],
    in_request_is_new             boolean[],
    in_request_id                 uuid[],
    in_request_requester          text[],
    in_request_owner              text[],
    in_request_device             text[],
    in_request_state              text[],
    in_request_submitted_at       timestamptz[],
    in_request_decided_at         timestamptz[],
    in_request_expires_at         timestamptz[],
    in_request_escalates_at       timestamptz[],
    in_request_escalated_at       timestamptz[],
    in_request_closed_at          timestamptz[],
    in_request_ended_at           timestamptz[],
    in_request_approvals_required smallint[],
    in_request_endorsed_by        text[],
    in_request_claimed_by         text[],
    in_request_claimed_until      timestamptz[],
    in_request_reasons            text[],
    in_request_submitter          text[],
    in_directory                  jsonb
) RETURNS devshare.append_outcome LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    -- Planning a call anew costs more than running it. The one plan is made while tables may still be
    -- small and is kept while they grow, so it must use their indexes from the start.
    SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off
AS $$
DECLARE
    outcome      devshare.append_outcome;
    out_commands integer[];
    -- Where the run of new requests begins that is not written yet.
    first_new    integer := 1;
BEGIN
    outcome := devshare.ledger_append(
        in_ledger, in_recorded_at, in_streams, in_command_conditions, in_command_events,
        in_command_metadata, in_command_key, in_command_digest, in_command_subject, in_condition_stream,
        in_condition_version, in_event_command, in_event_condition, in_event_version, in_event_type,
        in_event_schema_version, in_event_data, in_event_leaf_hash);
    out_commands := coalesce(outcome.refused_command, '{}') || coalesce(outcome.duplicate_command, '{}');

    -- In order, so that of several commands on one request the last counts, and a request that ends makes room for
    -- the requester's next. Runs of new ones are inserted at once.
    FOR r IN 1 .. cardinality(in_request_id) + 1 LOOP
        CONTINUE WHEN in_request_is_new[r];
        IF first_new < r THEN
            INSERT INTO devshare.share_request (
                ledger, request, requester, owner, device, state, submitted_at, decided_at, expires_at, escalates_at,
                escalated_at, closed_at, ended_at, approvals_required, endorsed_by, claimed_by, claimed_until, reasons,
                submitter)
            SELECT in_ledger, in_request_id[n], in_request_requester[n], in_request_owner[n],
                   in_request_device[n], in_request_state[n], in_request_submitted_at[n],
                   in_request_decided_at[n], in_request_expires_at[n], in_request_escalates_at[n],
                   in_request_escalated_at[n], in_request_closed_at[n], in_request_ended_at[n],
                   in_request_approvals_required[n], in_request_endorsed_by[n], in_request_claimed_by[n],
                   in_request_claimed_until[n], string_to_array(in_request_reasons[n], ' '),
                   in_request_submitter[n]
              FROM generate_series(first_new, r - 1) n
             WHERE in_request_command[n] <> ALL (out_commands);
        END IF;
        first_new := r + 1;
        CONTINUE WHEN in_request_is_new[r] IS NULL OR in_request_command[r] = ANY (out_commands);
        UPDATE devshare.share_request s
           SET state = in_request_state[r], decided_at = in_request_decided_at[r],
               expires_at = in_request_expires_at[r], escalates_at = in_request_escalates_at[r],
               escalated_at = in_request_escalated_at[r], closed_at = in_request_closed_at[r],
               ended_at = in_request_ended_at[r], approvals_required = in_request_approvals_required[r],
               endorsed_by = in_request_endorsed_by[r], claimed_by = in_request_claimed_by[r],
               claimed_until = in_request_claimed_until[r],
               reasons = string_to_array(in_request_reasons[r], ' ')
         WHERE s.ledger = in_ledger AND s.request = in_request_id[r];
    END LOOP;
    IF in_directory IS NOT NULL THEN
        PERFORM devshare.directory_apply(in_ledger, in_directory, out_commands);
    END IF;
    RETURN outcome;
END
$$;
COMMENT ON FUNCTION devshare.sharing_append IS 'The application''s only way to write: ledger_append, and the read-model rows of the commands it appended.';

CREATE OR REPLACE FUNCTION devshare.rebuild_apply(in_ledger integer, in_rows jsonb) RETURNS void LANGUAGE plpgsql AS $$
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

REVOKE ALL ON FUNCTION devshare.sharing_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION devshare.sharing_append TO devshare_app;
