-- What the commands of one batch do to one another, and times that hardly run backwards.
--
-- Of several processes each has a clock, and each batch takes its time before it waits for the ledger, so that times
-- do not strictly grow along the log. They are behind the latest one by less than a minute, which the log itself sees
-- to: a moment then stands for a position that can be found by bisection. And every append tells the latest time, which
-- the process takes note of.

ALTER TYPE devshare.append_outcome ADD ATTRIBUTE recorded_at timestamptz;
COMMENT ON COLUMN devshare.append_outcome.recorded_at IS 'The latest recorded_at of the ledger after the call; null while it is empty.';
COMMENT ON COLUMN devshare.ledger.recorded_at IS 'The latest recorded_at of any event; no event is more than a minute behind the latest before it.';

CREATE OR REPLACE FUNCTION devshare.ledger_append(
    in_ledger                integer,
    in_recorded_at           timestamptz,
    in_streams               text[],
    in_command_conditions    integer[],
    in_command_events        integer[],
    in_command_metadata      text[],
    in_command_key           text[],
    in_command_digest        bytea[],
    in_command_subject       text[],
    in_condition_stream      integer[],
    in_condition_version     integer[],
    in_event_command         integer[],
    in_event_condition       integer[],
    in_event_version         integer[],
    in_event_type            text[],
    in_event_schema_version  smallint[],
    in_event_data            text[],
    in_event_leaf_hash       bytea[]
) RETURNS devshare.append_outcome LANGUAGE plpgsql AS $$
DECLARE
    outcome       devshare.append_outcome;
    head_position bigint;
    key_is_known  boolean;
    -- By stream: the version it has in the log,
    heads         integer[];
    -- and the one it has for the command at hand, by what those before it did; null where one of them
    -- that was refused would have written.
    stated        integer[];
    -- Commands whose key is known.
    duplicates    integer[];
    -- Commands whose key another one of the batch had before.
    repeated      integer[];
    -- By command: how many events before its own are not appended; null where it is refused itself.
    skipped       integer[];
    skipped_all   integer := 0;
    condition     integer := 0;
    event         integer := 0;
    goes_ahead    boolean;
    refused_stream integer;
    appended      integer;
BEGIN
    SELECT l.position, l.recorded_at INTO head_position, outcome.recorded_at
      FROM devshare.ledger l WHERE l.ledger = in_ledger FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no ledger %', in_ledger USING ERRCODE = 'DS002';
    END IF;
    IF in_recorded_at < outcome.recorded_at - interval '1 minute' THEN
        RAISE EXCEPTION 'a decision of % is too far behind the newest one of %', in_recorded_at, outcome.recorded_at
            USING ERRCODE = 'DS006', HINT = 'Set the clock of the machine that decided right.';
    END IF;
    outcome.first_position := head_position + 1;

    -- One look into the index for each key and each stream: a plan that was made while the tables were
    -- small would rather read the whole of them.
    SELECT EXISTS (SELECT FROM unnest(in_command_key) AS c(key)
                    CROSS JOIN LATERAL (SELECT FROM devshare.idempotency_record i
                                         WHERE i.ledger = in_ledger AND i.key = c.key LIMIT 1) r),
           ARRAY(SELECT coalesce((SELECT e.version FROM devshare.event e
                                   WHERE e.ledger = in_ledger AND e.stream = s.name
                                   ORDER BY e.version DESC LIMIT 1), 0)
                   FROM unnest(in_streams) AS s(name))
      INTO key_is_known, heads;
    IF key_is_known THEN
        SELECT array_agg(c.ord::integer), array_agg(r.command_digest), array_agg(r.first_position),
               array_agg(r.last_position), array_agg(r.subject), array_agg(r.recorded_at)
          INTO outcome.duplicate_command, outcome.duplicate_digest, outcome.duplicate_first,
               outcome.duplicate_last, outcome.duplicate_subject, outcome.duplicate_recorded_at
          FROM unnest(in_command_key) WITH ORDINALITY AS c(key, ord)
         CROSS JOIN LATERAL (SELECT * FROM devshare.idempotency_record i
                              WHERE i.ledger = in_ledger AND i.key = c.key LIMIT 1) r;
        duplicates := outcome.duplicate_command;
    END IF;
    IF cardinality(in_command_key) > 1 THEN
        SELECT array_agg(k.ord::integer) INTO repeated
          FROM (SELECT c.ord, row_number() OVER (PARTITION BY c.key ORDER BY c.ord) AS occurrence
                  FROM unnest(in_command_key) WITH ORDINALITY AS c(key, ord)
                 WHERE c.key IS NOT NULL) k
         WHERE k.occurrence > 1;
    END IF;

    stated := heads;
    FOR command IN 1 .. cardinality(in_command_events) LOOP
        goes_ahead := duplicates IS NULL OR command <> ALL (duplicates);
        IF goes_ahead THEN
            FOR c IN condition + 1 .. in_command_conditions[command] LOOP
                IF stated[in_condition_stream[c]] IS DISTINCT FROM in_condition_version[c] THEN
                    goes_ahead := false;
                    refused_stream := in_condition_stream[c];
                    EXIT;
                END IF;
            END LOOP;
            IF command = ANY (repeated) AND goes_ahead THEN
                goes_ahead := false;
                refused_stream := CASE WHEN condition < in_command_conditions[command]
                                       THEN in_condition_stream[condition + 1] ELSE 0 END;
            END IF;
            IF NOT goes_ahead THEN
                outcome.refused_command := outcome.refused_command || command;
                outcome.refused_stream  := outcome.refused_stream || refused_stream;
                outcome.refused_version := outcome.refused_version || coalesce(heads[refused_stream], 0);
            END IF;
        END IF;

        skipped[command] := CASE WHEN goes_ahead THEN skipped_all END;
        IF goes_ahead THEN
            -- Each event must go on where its stream ends, and under a condition of its own command: this
            -- is what makes versions gap-free, so it is checked here and not left to the caller.
            FOR e IN event + 1 .. in_command_events[command] LOOP
                IF (in_event_command[e] = command
                    AND in_event_condition[e] BETWEEN condition + 1 AND in_command_conditions[command]
                    AND in_event_version[e] = stated[in_condition_stream[in_event_condition[e]]] + 1) IS NOT TRUE
                THEN
                    RAISE EXCEPTION 'an event does not follow on the version that its command''s condition names'
                        USING ERRCODE = 'DS003';
                END IF;
                stated[in_condition_stream[in_event_condition[e]]] := in_event_version[e];
            END LOOP;
        ELSE
            -- No version is right for whoever saw these.
            FOR e IN event + 1 .. in_command_events[command] LOOP
                stated[in_condition_stream[in_event_condition[e]]] := NULL;
            END LOOP;
            skipped_all := skipped_all + in_command_events[command] - event;
        END IF;
        condition := in_command_conditions[command];
        event := in_command_events[command];
    END LOOP;
    IF event <> cardinality(in_event_data) THEN
        RAISE EXCEPTION 'an event is no command''s' USING ERRCODE = 'DS003';
    END IF;

    INSERT INTO devshare.event (ledger, position, stream, version, type, schema_version, recorded_at,
                                leaf_hash, metadata, data)
    SELECT in_ledger, head_position + e - skipped[in_event_command[e]],
           in_streams[in_condition_stream[in_event_condition[e]]], in_event_version[e], in_event_type[e],
           in_event_schema_version[e], in_recorded_at, in_event_leaf_hash[e],
           in_command_metadata[in_event_command[e]], in_event_data[e]
      FROM generate_series(1, event) e
     WHERE skipped[in_event_command[e]] IS NOT NULL;
    GET DIAGNOSTICS appended = ROW_COUNT;

    INSERT INTO devshare.idempotency_record (ledger, key, command_digest, first_position, last_position,
                                             subject, recorded_at)
    SELECT in_ledger, in_command_key[c], in_command_digest[c],
           head_position + 1 + coalesce(in_command_events[c - 1], 0) - skipped[c],
           head_position + in_command_events[c] - skipped[c], in_command_subject[c], in_recorded_at
      FROM generate_series(1, cardinality(in_command_key)) c
     WHERE in_command_key[c] IS NOT NULL AND skipped[c] IS NOT NULL;

    IF appended > 0 THEN
        outcome.recorded_at := greatest(outcome.recorded_at, in_recorded_at);
        UPDATE devshare.ledger l
           SET position = head_position + appended, recorded_at = outcome.recorded_at
         WHERE l.ledger = in_ledger;
        PERFORM pg_notify('devshare_ledger_' || in_ledger, (head_position + appended)::text);
    ELSE
        outcome.recorded_at := nullif(outcome.recorded_at, '-infinity');
    END IF;
    RETURN outcome;
END
$$;

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
                escalated_at, closed_at, ended_at, approvals_required, endorsed_by, claimed_by, claimed_until, reasons)
            SELECT in_ledger, in_request_id[n], in_request_requester[n], in_request_owner[n],
                   in_request_device[n], in_request_state[n], in_request_submitted_at[n],
                   in_request_decided_at[n], in_request_expires_at[n], in_request_escalates_at[n],
                   in_request_escalated_at[n], in_request_closed_at[n], in_request_ended_at[n],
                   in_request_approvals_required[n], in_request_endorsed_by[n], in_request_claimed_by[n],
                   in_request_claimed_until[n], string_to_array(in_request_reasons[n], ' ')
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

CREATE OR REPLACE FUNCTION devshare.directory_apply(in_ledger integer, in_directory jsonb, out_commands integer[])
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
     WHERE f.ledger = in_ledger
       AND f.user_id = ANY (ARRAY(
           SELECT e.user_id FROM jsonb_to_recordset(in_directory -> 'erasures') AS e(command integer, user_id text)
            WHERE e.command <> ALL (out_commands)
              -- What was put on file after it stays.
              AND NOT EXISTS (
                  SELECT FROM jsonb_to_recordset(in_directory -> 'fingerprints')
                         AS r(command integer, user_id text, key_id text)
                   WHERE r.user_id = e.user_id AND r.command > e.command AND r.command <> ALL (out_commands)
                     AND r.key_id IS NOT NULL)));
END
$$;
