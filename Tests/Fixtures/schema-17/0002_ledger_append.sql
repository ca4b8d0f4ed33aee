-- A type, since PostgreSQL makes the row type of OUT parameters anew for every call.
CREATE TYPE devshare.append_outcome AS (
    first_position        bigint,
    refused_command       integer[],
    refused_stream        integer[],
    refused_version       integer[],
    duplicate_command     integer[],
    duplicate_digest      bytea[],
    duplicate_first       bigint[],
    duplicate_last        bigint[],
    duplicate_subject     text[],
    duplicate_recorded_at timestamptz[]
);
COMMENT ON TYPE   devshare.append_outcome                       IS 'What became of a batch of commands; of those that are not named, every event was appended.';
COMMENT ON COLUMN devshare.append_outcome.first_position        IS 'Position of the first event of the batch, or of the next one where nothing was appended.';
COMMENT ON COLUMN devshare.append_outcome.refused_command       IS 'Commands that are in conflict.';
COMMENT ON COLUMN devshare.append_outcome.refused_stream        IS 'For each, the stream that is not where its decision saw it; 0 where it has no condition.';
COMMENT ON COLUMN devshare.append_outcome.refused_version       IS 'For each, the version of that stream.';
COMMENT ON COLUMN devshare.append_outcome.duplicate_command     IS 'Commands whose idempotency key is known.';
COMMENT ON COLUMN devshare.append_outcome.duplicate_digest      IS 'For each, the columns of its record: digest of the command,';
COMMENT ON COLUMN devshare.append_outcome.duplicate_first       IS 'position of its first event,';
COMMENT ON COLUMN devshare.append_outcome.duplicate_last        IS 'position of its last event,';
COMMENT ON COLUMN devshare.append_outcome.duplicate_subject     IS 'what it was about,';
COMMENT ON COLUMN devshare.append_outcome.duplicate_recorded_at IS 'and when.';

-- The one way into the log.
--
-- A call carries a batch of commands as parallel arrays; indexes into arrays start at 1.
--   streams      every stream that the batch reads or writes, once
--   commands     numbers of the last of its conditions and of the last of its events; metadata of its
--                events; idempotency key (null: none), digest and subject
--   conditions   for each stream that a command's decision read (those it writes included): the version
--                it saw, which counts what commands before it in this batch put there
--   events       in order; the command; the condition that names the stream; the version in the stream;
--                type, schema version, data, leaf hash
--
-- A command is refused when a stream is not where its decision saw it (version-conflict), when its key
-- is known (duplicate), or when a command before it in the batch has its key (version-conflict too;
-- stream 0 where it has no condition). Whoever saw the effects of a refused command is refused with it.
-- Refused commands leave no trace; the others are appended.
--
-- Arrays are walked rather than joined: a single request, which is what most batches are in a quiet
-- hour, costs the start of every query that is run, and a walk starts none.
CREATE FUNCTION devshare.ledger_append(
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
    SELECT l.position INTO head_position FROM devshare.ledger l WHERE l.ledger = in_ledger FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no ledger %', in_ledger USING ERRCODE = 'DS002';
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
        UPDATE devshare.ledger l
           SET position = head_position + appended, recorded_at = greatest(l.recorded_at, in_recorded_at)
         WHERE l.ledger = in_ledger;
        PERFORM pg_notify('devshare_ledger_' || in_ledger, (head_position + appended)::text);
    END IF;
    RETURN outcome;
END
$$;
COMMENT ON FUNCTION devshare.ledger_append IS 'Appends a batch of commands to a ledger: checks conditions, appends events, keeps idempotency records, notifies followers on channel devshare_ledger_N.';

CREATE FUNCTION devshare.idempotency_forget(in_ledger integer, in_before timestamptz, in_limit integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH forgotten AS (
        -- An array, so that what is old is looked for once and not for every row.
        DELETE FROM devshare.idempotency_record
         WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM devshare.idempotency_record
                WHERE ledger = in_ledger AND recorded_at < in_before
                LIMIT in_limit FOR UPDATE SKIP LOCKED))
        RETURNING 1)
    SELECT count(*) FROM forgotten
$$;
COMMENT ON FUNCTION devshare.idempotency_forget IS 'Removes idempotency records from before a moment, at most so many, and says how many. Safe from several processes at once.';
