-- Appends a batch of commands and brings the read models up to date: one call, one transaction.
--
-- Rows of requests come as arrays, since every submission writes one; rows of the directory come
-- as JSON, since imports are rare and their columns many. Each row names the command it is of, and
-- is written only if that command was appended; where several commands of a batch wrote one row,
-- the last of them counts.
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
            ledger, request, requester, owner, device, state, submitted_at, decided_at, expires_at, ended_at,
            approvals_required, endorsed_by, claimed_by, claimed_until, reasons)
        SELECT in_ledger, in_request_id[r], in_request_requester[r], in_request_owner[r],
               in_request_device[r], in_request_state[r], in_request_submitted_at[r],
               in_request_decided_at[r], in_request_expires_at[r], in_request_ended_at[r],
               in_request_approvals_required[r], in_request_endorsed_by[r], in_request_claimed_by[r],
               in_request_claimed_until[r], string_to_array(in_request_reasons[r], ' ')
          FROM generate_series(1, cardinality(in_request_id)) r
         WHERE in_request_is_new[r] AND in_request_command[r] <> ALL (out_commands);
    END IF;
    IF false = ANY (in_request_is_new) THEN
        UPDATE devshare.share_request s
           SET state = in_request_state[l.r], decided_at = in_request_decided_at[l.r],
               expires_at = in_request_expires_at[l.r], ended_at = in_request_ended_at[l.r],
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

CREATE FUNCTION devshare.directory_apply(in_ledger integer, in_directory jsonb, out_commands integer[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO devshare.participant (ledger, user_id, entity, entity_kind, registered_at, status)
    SELECT DISTINCT ON (r.user_id)
           in_ledger, r.user_id, r.entity, r.entity_kind, r.registered_at, r.status
      FROM jsonb_to_recordset(in_directory -> 'participants')
        AS r(command integer, user_id text, entity text, entity_kind text, registered_at timestamptz,
             status text)
     WHERE r.command <> ALL (out_commands)
     ORDER BY r.user_id, r.command DESC
    ON CONFLICT (ledger, user_id) DO UPDATE
       SET entity = excluded.entity, entity_kind = excluded.entity_kind,
           registered_at = excluded.registered_at, status = excluded.status;

    INSERT INTO devshare.device (ledger, device_id, holder, kind, status, activated_at, expires_at)
    SELECT DISTINCT ON (r.device_id)
           in_ledger, r.device_id, r.holder, r.kind, r.status, r.activated_at, r.expires_at
      FROM jsonb_to_recordset(in_directory -> 'devices')
        AS r(command integer, device_id text, holder text, kind text, status text,
             activated_at timestamptz, expires_at timestamptz)
     WHERE r.command <> ALL (out_commands)
     ORDER BY r.device_id, r.command DESC
    ON CONFLICT (ledger, device_id) DO UPDATE
       SET holder = excluded.holder, kind = excluded.kind, status = excluded.status,
           activated_at = excluded.activated_at, expires_at = excluded.expires_at;

    INSERT INTO devshare.identity_fingerprint (ledger, user_id, key_id, us_person, date_of_birth,
                                               citizenship, residence, document, social_security_number)
    SELECT DISTINCT ON (r.user_id)
           in_ledger, r.user_id, r.key_id, r.us_person, decode(r.date_of_birth, 'hex'),
           decode(r.citizenship, 'hex'), decode(r.residence, 'hex'), decode(r.document, 'hex'),
           decode(r.social_security_number, 'hex')
      FROM jsonb_to_recordset(in_directory -> 'fingerprints')
        AS r(command integer, user_id text, key_id text, us_person boolean, date_of_birth text,
             citizenship text, residence text, document text, social_security_number text)
     WHERE r.command <> ALL (out_commands) AND r.key_id IS NOT NULL
     ORDER BY r.user_id, r.command DESC
    ON CONFLICT (ledger, user_id) DO UPDATE
       SET key_id = excluded.key_id, us_person = excluded.us_person,
           date_of_birth = excluded.date_of_birth, citizenship = excluded.citizenship,
           residence = excluded.residence, document = excluded.document,
           social_security_number = excluded.social_security_number;

    DELETE FROM devshare.identity_fingerprint f
     USING jsonb_to_recordset(in_directory -> 'erasures') AS r(command integer, user_id text)
     WHERE f.ledger = in_ledger AND f.user_id = r.user_id AND r.command <> ALL (out_commands);
END
$$;
COMMENT ON FUNCTION devshare.directory_apply IS 'Writes the directory''s rows of appended commands; part of sharing_append.';
