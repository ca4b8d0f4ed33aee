-- What the officers' queue and desk ask: escalation, when a request closed without a decision, and indexes for every order
-- in which the queue is shown.
--
-- Requests that were held before this migration have no escalates_at in the log, so they are not escalated.

ALTER TABLE devshare.share_request
    ADD COLUMN escalates_at timestamptz,
    ADD COLUMN escalated_at timestamptz,
    ADD COLUMN closed_at    timestamptz;
COMMENT ON COLUMN devshare.share_request.escalates_at IS 'When a pending request will be escalated; null once it is, and where the policy has no such time.';
COMMENT ON COLUMN devshare.share_request.escalated_at IS 'When a pending request was escalated.';
COMMENT ON COLUMN devshare.share_request.closed_at    IS 'When it was withdrawn, or lapsed because nobody decided.';

-- Of the requests there are already, the log says when.
UPDATE devshare.share_request s
   SET closed_at = e.recorded_at
  FROM devshare.event e
 WHERE s.state IN ('withdrawn', 'expired') AND e.ledger = s.ledger AND e.stream = 'share-request/' || s.request
   AND e.type IN ('share-request-withdrawn', 'share-request-expired');

-- Pending requests are few among all there ever were, so these stay small and an approval by policy does not touch them.
CREATE INDEX share_request_queue_age ON devshare.share_request (ledger, submitted_at, request)
    WHERE state = 'compliance-pending';
COMMENT ON INDEX devshare.share_request_queue_age IS 'The officers'' queue, what has waited longest first.';
CREATE INDEX share_request_queue_requester ON devshare.share_request (ledger, requester, request)
    WHERE state = 'compliance-pending';
COMMENT ON INDEX devshare.share_request_queue_requester IS 'The officers'' queue by requester.';
CREATE INDEX share_request_escalation ON devshare.share_request (ledger, escalates_at, request)
    WHERE state = 'compliance-pending' AND escalates_at IS NOT NULL;
COMMENT ON INDEX devshare.share_request_escalation IS 'The escalation timer: what is to be escalated next.';

CREATE INDEX share_request_escalated ON devshare.share_request (ledger, escalated_at, request)
    WHERE state = 'compliance-pending' AND escalated_at IS NOT NULL;
COMMENT ON INDEX devshare.share_request_escalated IS 'Escalated requests that still wait.';
CREATE INDEX share_request_claimed ON devshare.share_request (ledger, claimed_by, claimed_until)
    WHERE state = 'compliance-pending' AND claimed_by IS NOT NULL;
COMMENT ON INDEX devshare.share_request_claimed IS 'What officers work on.';

-- What a policy decides is decided as it is submitted; what is decided later went through compliance.
CREATE INDEX share_request_worked ON devshare.share_request (ledger, decided_at) WHERE decided_at > submitted_at;
COMMENT ON INDEX devshare.share_request_worked IS 'Decisions on requests that were pending, by time.';
CREATE INDEX share_request_closed ON devshare.share_request (ledger, closed_at) WHERE closed_at IS NOT NULL;
COMMENT ON INDEX devshare.share_request_closed IS 'Requests that were withdrawn or lapsed, by time.';
CREATE INDEX share_request_submitted ON devshare.share_request USING brin (submitted_at);
COMMENT ON INDEX devshare.share_request_submitted IS 'Requests of a day; BRIN, since rows arrive in time order.';

-- The append and the rebuild, with the columns that are new.

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
BEGIN
    outcome := devshare.ledger_append(
        in_ledger, in_recorded_at, in_streams, in_command_conditions, in_command_events,
        in_command_metadata, in_command_key, in_command_digest, in_command_subject, in_condition_stream,
        in_condition_version, in_event_command, in_event_condition, in_event_version, in_event_type,
        in_event_schema_version, in_event_data, in_event_leaf_hash);
    out_commands := coalesce(outcome.refused_command, '{}') || coalesce(outcome.duplicate_command, '{}');

    IF true = ANY (in_request_is_new) THEN
        INSERT INTO devshare.share_request (
            ledger, request, requester, owner, device, state, submitted_at, decided_at, expires_at, escalates_at,
            escalated_at, closed_at, ended_at, approvals_required, endorsed_by, claimed_by, claimed_until, reasons)
        SELECT in_ledger, in_request_id[r], in_request_requester[r], in_request_owner[r],
               in_request_device[r], in_request_state[r], in_request_submitted_at[r],
               in_request_decided_at[r], in_request_expires_at[r], in_request_escalates_at[r],
               in_request_escalated_at[r], in_request_closed_at[r], in_request_ended_at[r],
               in_request_approvals_required[r], in_request_endorsed_by[r], in_request_claimed_by[r],
               in_request_claimed_until[r], string_to_array(in_request_reasons[r], ' ')
          FROM generate_series(1, cardinality(in_request_id)) r
         WHERE in_request_is_new[r] AND in_request_command[r] <> ALL (out_commands);
    END IF;
    IF false = ANY (in_request_is_new) THEN
        UPDATE devshare.share_request s
           SET state = in_request_state[l.r], decided_at = in_request_decided_at[l.r],
               expires_at = in_request_expires_at[l.r], escalates_at = in_request_escalates_at[l.r],
               escalated_at = in_request_escalated_at[l.r], closed_at = in_request_closed_at[l.r],
               ended_at = in_request_ended_at[l.r],
               approvals_required = in_request_approvals_required[l.r],
               endorsed_by = in_request_endorsed_by[l.r], claimed_by = in_request_claimed_by[l.r],
               claimed_until = in_request_claimed_until[l.r],
               reasons = string_to_array(in_request_reasons[l.r], ' ')
          FROM (SELECT DISTINCT ON (in_request_id[r]) r
                  FROM generate_series(1, cardinality(in_request_id)) r
                 WHERE NOT in_request_is_new[r] AND in_request_command[r] <> ALL (out_commands)
                 ORDER BY in_request_id[r], in_request_command[r] DESC) l
         WHERE s.ledger = in_ledger AND s.request = in_request_id[l.r];
    END IF;

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
        escalated_at, closed_at, ended_at, approvals_required, endorsed_by, claimed_by, claimed_until, reasons)
    SELECT in_ledger, r.request, r.requester, r.owner, r.device, r.state, r.submitted_at, r.decided_at,
           r.expires_at, r.escalates_at, r.escalated_at, r.closed_at, r.ended_at, r.approvals_required,
           r.endorsed_by, r.claimed_by, r.claimed_until, r.reasons
      FROM jsonb_to_recordset(in_rows -> 'requests')
        AS r(request uuid, requester text, owner text, device text, state text, submitted_at timestamptz,
             decided_at timestamptz, expires_at timestamptz, escalates_at timestamptz,
             escalated_at timestamptz, closed_at timestamptz, ended_at timestamptz,
             approvals_required smallint, endorsed_by text, claimed_by text, claimed_until timestamptz,
             reasons text[]);
END
$$;
COMMENT ON FUNCTION devshare.rebuild_apply IS 'Writes rows of the fresh read models, replacing what is there under their keys.';

REVOKE ALL ON FUNCTION devshare.sharing_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION devshare.sharing_append TO devshare_app;
