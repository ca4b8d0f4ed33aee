-- The one way into the log.
--
-- A call carries a batch of commands as parallel arrays; indexes into arrays start at 1.
--   streams      every stream that the batch reads or writes, once
--   conditions   for each command, each stream its decision read (those it writes included):
--                the version it saw, and how many events commands before it in this batch put there
--   commands     metadata of its events; number of the last event of this command and of those before
--                it; idempotency key (null: none), digest and subject
--   events       in order; the version in its stream; type, schema version, data, leaf hash
--
-- A command is refused when a stream has moved (version-conflict), when its key is known
-- (duplicate), or when it repeats the key or saw the effects of another command of the same batch
-- that goes ahead or is refused, respectively (version-conflict too; stream 0 where it has no
-- condition). Refused commands leave no trace; the others are appended.
CREATE FUNCTION devshare.ledger_append(
    in_ledger                integer,
    in_recorded_at           timestamptz,
    in_streams               text[],
    in_condition_command     integer[],
    in_condition_stream      integer[],
    in_condition_version     integer[],
    in_condition_prior       integer[],
    in_command_metadata      text[],
    in_command_upto          integer[],
    in_command_key           text[],
    in_command_digest        bytea[],
    in_command_subject       text[],
    in_event_command         integer[],
    in_event_stream          integer[],
    in_event_version         integer[],
    in_event_type            text[],
    in_event_schema_version  smallint[],
    in_event_data            text[],
    in_event_leaf_hash       bytea[],
    OUT first_position       bigint,
    OUT refused_command      integer[],
    OUT refused_stream       integer[],
    OUT refused_version      integer[],
    OUT duplicate_command    integer[],
    OUT duplicate_digest     bytea[],
    OUT duplicate_first      bigint[],
    OUT duplicate_last       bigint[],
    OUT duplicate_subject    text[],
    OUT duplicate_recorded_at timestamptz[]
) LANGUAGE plpgsql AS $$
DECLARE
    head_position bigint;
    heads         integer[];
    out_commands  integer[];
    out_before    integer := 0;
    more_command  integer[];
    more_stream   integer[];
    more_version  integer[];
    appended      bigint;
BEGIN
    SELECT l.position INTO head_position FROM devshare.ledger l WHERE l.ledger = in_ledger FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no ledger %', in_ledger USING ERRCODE = 'DS002';
    END IF;
    first_position := head_position + 1;

    SELECT array_agg(c.ord::integer), array_agg(r.command_digest), array_agg(r.first_position),
           array_agg(r.last_position), array_agg(r.subject), array_agg(r.recorded_at)
      INTO duplicate_command, duplicate_digest, duplicate_first, duplicate_last, duplicate_subject,
           duplicate_recorded_at
      FROM unnest(in_command_key) WITH ORDINALITY AS c(key, ord)
     CROSS JOIN LATERAL (
          SELECT * FROM devshare.idempotency_record i
           WHERE i.ledger = in_ledger AND i.key = c.key LIMIT 1) r;

    SELECT array_agg(coalesce(h.version, 0) ORDER BY s.ord)
      INTO heads
      FROM unnest(in_streams) WITH ORDINALITY AS s(name, ord)
      LEFT JOIN LATERAL (
          SELECT e.version FROM devshare.event e
           WHERE e.ledger = in_ledger AND e.stream = s.name
           ORDER BY e.version DESC LIMIT 1) h ON true;

    SELECT array_agg(c.command), array_agg(c.stream), array_agg(heads[c.stream])
      INTO refused_command, refused_stream, refused_version
      FROM unnest(in_condition_command, in_condition_stream, in_condition_version, in_condition_prior)
        AS c(command, stream, version, prior)
     WHERE heads[c.stream] + c.prior <> c.version;

    -- Of commands with one key the first goes ahead; to the others it is a change they have not seen.
    IF cardinality(in_command_key) > 1 THEN
        SELECT array_agg(r.command), array_agg(r.stream), array_agg(coalesce(heads[r.stream], 0))
          INTO more_command, more_stream, more_version
          FROM (SELECT k.ord::integer AS command,
                       (SELECT coalesce(min(c.stream), 0)
                          FROM unnest(in_condition_command, in_condition_stream) AS c(command, stream)
                         WHERE c.command = k.ord) AS stream
                  FROM (SELECT c.ord, row_number() OVER (PARTITION BY c.key ORDER BY c.ord) AS occurrence
                          FROM unnest(in_command_key) WITH ORDINALITY AS c(key, ord)
                         WHERE c.key IS NOT NULL) k
                 WHERE k.occurrence > 1) r;
        refused_command := refused_command || more_command;
        refused_stream  := refused_stream || more_stream;
        refused_version := refused_version || more_version;
    END IF;

    -- Whoever saw the effects of a refused command is refused with it, and so on.
    out_commands := coalesce(refused_command, '{}') || coalesce(duplicate_command, '{}');
    WHILE cardinality(out_commands) > out_before LOOP
        out_before := cardinality(out_commands);
        SELECT array_agg(d.command), array_agg(d.stream), array_agg(heads[d.stream])
          INTO more_command, more_stream, more_version
          FROM (SELECT DISTINCT ON (c.command) c.command, c.stream
                  FROM unnest(in_condition_command, in_condition_stream, in_condition_prior)
                    AS c(command, stream, prior)
                  JOIN unnest(in_event_command, in_event_stream) AS e(command, stream)
                    ON e.stream = c.stream AND e.command < c.command
                 WHERE c.prior > 0 AND e.command = ANY (out_commands) AND c.command <> ALL (out_commands)
                 ORDER BY c.command) d;
        refused_command := refused_command || more_command;
        refused_stream  := refused_stream || more_stream;
        refused_version := refused_version || more_version;
        out_commands    := out_commands || coalesce(more_command, '{}');
    END LOOP;

    -- What is left must go on where each stream ends, one by one, and under a condition: this is what
    -- makes versions gap-free, so it is checked here and not left to the caller.
    PERFORM FROM (
        SELECT e.command, e.stream, e.version,
               heads[e.stream] + row_number() OVER (PARTITION BY e.stream ORDER BY e.ord) AS due
          FROM unnest(in_event_command, in_event_stream, in_event_version) WITH ORDINALITY
            AS e(command, stream, version, ord)
         WHERE e.command <> ALL (out_commands)) w
      LEFT JOIN unnest(in_condition_command, in_condition_stream) AS c(command, stream)
        ON c.command = w.command AND c.stream = w.stream
     WHERE c.command IS NULL OR w.version <> w.due;
    IF FOUND THEN
        RAISE EXCEPTION 'an event does not follow on the version that its command''s condition names'
            USING ERRCODE = 'DS003';
    END IF;

    IF cardinality(out_commands) = 0 THEN
        INSERT INTO devshare.event (ledger, position, stream, version, type, schema_version, recorded_at,
                                    leaf_hash, metadata, data)
        SELECT in_ledger, head_position + e.ord, s.name, e.version, e.type, e.schema_version,
               in_recorded_at, e.leaf_hash, c.metadata, e.data
          FROM unnest(in_event_command, in_event_stream, in_event_version, in_event_type,
                      in_event_schema_version, in_event_data, in_event_leaf_hash) WITH ORDINALITY
            AS e(command, stream, version, type, schema_version, data, leaf_hash, ord)
          JOIN unnest(in_streams) WITH ORDINALITY AS s(name, ord) ON s.ord = e.stream
          JOIN unnest(in_command_metadata) WITH ORDINALITY AS c(metadata, ord) ON c.ord = e.command;
        GET DIAGNOSTICS appended = ROW_COUNT;

        INSERT INTO devshare.idempotency_record (ledger, key, command_digest, first_position,
                                                 last_position, subject, recorded_at)
        SELECT in_ledger, c.key, c.digest,
               head_position + 1 + coalesce(in_command_upto[c.ord - 1], 0), head_position + c.upto,
               c.subject, in_recorded_at
          FROM unnest(in_command_key, in_command_digest, in_command_subject, in_command_upto)
               WITH ORDINALITY AS c(key, digest, subject, upto, ord)
         WHERE c.key IS NOT NULL;
    ELSE
        -- The same without the refused commands: positions close up.
        INSERT INTO devshare.event (ledger, position, stream, version, type, schema_version, recorded_at,
                                    leaf_hash, metadata, data)
        SELECT in_ledger, head_position + row_number() OVER (ORDER BY e.ord), s.name, e.version, e.type,
               e.schema_version, in_recorded_at, e.leaf_hash, c.metadata, e.data
          FROM unnest(in_event_command, in_event_stream, in_event_version, in_event_type,
                      in_event_schema_version, in_event_data, in_event_leaf_hash) WITH ORDINALITY
            AS e(command, stream, version, type, schema_version, data, leaf_hash, ord)
          JOIN unnest(in_streams) WITH ORDINALITY AS s(name, ord) ON s.ord = e.stream
          JOIN unnest(in_command_metadata) WITH ORDINALITY AS c(metadata, ord) ON c.ord = e.command
         WHERE e.command <> ALL (out_commands);
        GET DIAGNOSTICS appended = ROW_COUNT;

        INSERT INTO devshare.idempotency_record (ledger, key, command_digest, first_position,
                                                 last_position, subject, recorded_at)
        SELECT in_ledger, k.key, k.digest, head_position + k.upto - k.number + 1,
               head_position + k.upto, k.subject, in_recorded_at
          FROM (SELECT c.key, c.digest, c.subject, n.number, sum(n.number) OVER (ORDER BY c.ord) AS upto
                  FROM unnest(in_command_key, in_command_digest, in_command_subject, in_command_upto)
                       WITH ORDINALITY AS c(key, digest, subject, upto, ord)
                 CROSS JOIN LATERAL (SELECT c.upto - coalesce(in_command_upto[c.ord - 1], 0) AS number) n
                 WHERE c.ord <> ALL (out_commands)) k
         WHERE k.key IS NOT NULL;
    END IF;

    IF appended > 0 THEN
        UPDATE devshare.ledger l
           SET position = head_position + appended, recorded_at = greatest(l.recorded_at, in_recorded_at)
         WHERE l.ledger = in_ledger;
        PERFORM pg_notify('devshare_ledger_' || in_ledger, (head_position + appended)::text);
    END IF;
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
