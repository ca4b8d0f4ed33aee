-- The one way into the log.
--
-- A call carries a batch of commands as parallel arrays; indexes into arrays start at 1.
--   streams      every stream that the batch reads or writes, once
--   commands     for each: the number of its last condition and of its last event; the metadata of its
--                events; idempotency key (null: none), digest and subject
--   conditions   for each stream that a command's decision read (those it writes included): the version
--                that it saw, which counts the events of earlier commands of the batch
--   events       in order; the command; the condition that names the stream; the version in the stream;
--                type, schema version, data, leaf hash
--
-- A command is refused if a stream does not have the version that its decision saw (version-conflict), if
-- its key is known (duplicate), or if an earlier command of the batch has its key (version-conflict too;
-- stream 0 if it has no condition). A command that saw the effects of a refused one is refused with it.
-- Refused commands leave no trace; the others are appended.
--
-- Each engine process has a clock, and takes a batch's time before it waits for the ledger, so times do not
-- strictly grow along the log. This function keeps each less than a minute behind the latest one: a moment
-- then has a position that can be found by bisection. Every outcome tells the latest time, for the process
-- to take note of.
--
-- One event is let back in time: a clock-repaired by itself, with the time of the database's clock. It says that
-- events have come in with a time that had not come, of machine and database with wrong clocks, and from it on
-- the ledger's time is that of the clock again.
--
-- Arrays are walked, not joined: most batches of a quiet hour hold one request, every query that is run
-- costs its start, and a walk starts none.
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
    -- By stream: its version in the log,
    heads         integer[];
    -- and its version after the commands before this one; null if one of those would have written to
    -- the stream and was refused.
    stated        integer[];
    -- Commands whose key the log knows.
    duplicates    integer[];
    -- Commands whose key an earlier command of the batch has.
    repeated      integer[];
    -- By command: how many events before its own are not appended; null if the command is refused.
    skipped       integer[];
    skipped_all   integer := 0;
    condition     integer := 0;
    event         integer := 0;
    goes_ahead    boolean;
    -- Whether the ledger's time goes back.
    is_repair     boolean := false;
    refused_stream integer;
    appended      integer;
BEGIN
    SELECT l.position, l.recorded_at INTO head_position, outcome.recorded_at
      FROM devshare.ledger l WHERE l.ledger = in_ledger FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no ledger %', in_ledger USING ERRCODE = 'DS002';
    END IF;
    IF in_recorded_at < outcome.recorded_at - interval '1 minute' THEN
        is_repair := in_event_type = ARRAY['clock-repaired'] AND in_streams = ARRAY['clock/ledger']
            AND in_recorded_at BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() + interval '1 minute';
        IF NOT is_repair THEN
            RAISE EXCEPTION 'a decision of % is too far behind the newest one of %', in_recorded_at, outcome.recorded_at
                USING ERRCODE = 'DS006', HINT = 'Set the clock of the machine that decided right.';
        END IF;
    END IF;
    outcome.first_position := head_position + 1;

    -- One index look-up for each key and each stream. As a join, a plan that was made while the tables
    -- were small would read all of them.
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
            -- Each event must follow the last one of its stream, under a condition of its own command. This
            -- makes versions gap-free, so it is checked here and not left to the caller.
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
            -- A command that saw these events is refused: no version equals null.
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
        outcome.recorded_at := CASE WHEN is_repair THEN in_recorded_at
                                    ELSE greatest(outcome.recorded_at, in_recorded_at) END;
        UPDATE devshare.ledger l
           SET position = head_position + appended, recorded_at = outcome.recorded_at
         WHERE l.ledger = in_ledger;
    ELSE
        outcome.recorded_at := nullif(outcome.recorded_at, '-infinity');
    END IF;
    RETURN outcome;
END
$$;
COMMENT ON FUNCTION devshare.ledger_append IS 'Appends a batch of commands to a ledger: checks conditions, appends events, keeps idempotency records. Who calls it notifies readers afterwards, on channel devshare_ledger_N: a notification in the same transaction would make the ledgers of a server wait for one another.';
REVOKE ALL ON FUNCTION devshare.ledger_append FROM PUBLIC, devshare_app;
