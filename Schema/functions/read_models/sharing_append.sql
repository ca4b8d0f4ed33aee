-- Appends a batch of commands and brings the read models up to date: one call, one transaction.
--
-- Rows of requests are arrays, since every submission writes one; rows of the directory are JSON, since
-- imports are rare and their columns many. Each row names its command, and is written only if that command
-- was appended; if several commands of a batch wrote one row, the last of them counts.
CREATE OR REPLACE FUNCTION devshare.sharing_append(
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
    -- Planning each call costs more than running it. The one plan is made while tables may still be
    -- small and is kept while they grow, so it must use their indexes from the start.
    SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off
AS $$
DECLARE
    outcome      devshare.append_outcome;
    out_commands integer[];
    -- First request of the run of new ones that is not written yet.
    first_new    integer := 1;
BEGIN
    outcome := devshare.ledger_append(
        in_ledger, in_recorded_at, in_streams, in_command_conditions, in_command_events,
        in_command_metadata, in_command_key, in_command_digest, in_command_subject, in_condition_stream,
        in_condition_version, in_event_command, in_event_condition, in_event_version, in_event_type,
        in_event_schema_version, in_event_data, in_event_leaf_hash);
    out_commands := coalesce(outcome.refused_command, '{}') || coalesce(outcome.duplicate_command, '{}');

    -- In order, so that of several commands on one request the last counts, and a request that ends makes
    -- room for the requester's next. Runs of new requests are inserted at once.
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
REVOKE ALL ON FUNCTION devshare.sharing_append FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.sharing_append TO devshare_app;
