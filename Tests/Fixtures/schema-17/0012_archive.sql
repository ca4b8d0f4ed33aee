-- The data of old events may leave the log for an evidence file, and come back from it.
--
-- What leaves is the data of finished share requests alone, nearly half of the log's bytes: users and
-- devices are folded from their first event whenever something is decided. Everything else of a row stays, so positions
-- and versions are without gaps, and the tree over the leaf hashes is whole.

CREATE FUNCTION devshare.leaf_text(in_text text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT int4send(octet_length(in_text)) || convert_to(in_text, 'UTF8')
$$;
COMMENT ON FUNCTION devshare.leaf_text IS 'A string of the leaf encoding: its length, and its bytes.';

CREATE FUNCTION devshare.leaf_hash(in_event devshare.event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256('\x0001'::bytea || devshare.leaf_text(l.name) || devshare.leaf_text(in_event.stream)
               || int4send(in_event.version) || devshare.leaf_text(in_event.type) || int2send(in_event.schema_version)
               || int8send((extract(epoch FROM in_event.recorded_at) * 1000000)::bigint)
               || devshare.leaf_text(in_event.metadata) || devshare.leaf_text(in_event.data))
      FROM devshare.ledger l WHERE l.ledger = in_event.ledger
$$;
COMMENT ON FUNCTION devshare.leaf_hash IS 'What Schema/LEAF-ENCODING.md gives for an event, by its columns.';

CREATE FUNCTION devshare.event_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole devshare.event := CASE WHEN NEW.data = '' THEN OLD ELSE NEW END;
    other devshare.event := NEW;
    permitted boolean := false;
BEGIN
    other.data := OLD.data;
    IF other IS DISTINCT FROM OLD OR (OLD.data = '') = (NEW.data = '') THEN
        RAISE EXCEPTION 'the log is append-only: UPDATE on %.% is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'DS001', HINT = 'Record a new event that corrects the old one.';
    END IF;
    -- Neither may what was changed leave, nor may anything come back but what left.
    IF devshare.leaf_hash(whole) IS DISTINCT FROM whole.leaf_hash THEN
        RAISE EXCEPTION 'the data at position % are not those that were recorded', NEW.position
            USING ERRCODE = 'DS005', HINT = 'Run devshare audit verify.';
    END IF;
    IF NEW.data = '' THEN
        IF NEW.stream >= 'share-request/' AND NEW.stream < 'share-request0' THEN
            permitted := EXISTS (
                SELECT FROM devshare.share_request r
                 WHERE r.ledger = NEW.ledger AND r.request = substr(NEW.stream, 15)::uuid
                   AND r.state IN ('rejected', 'withdrawn', 'expired', 'ended'))
            AND EXISTS (
                SELECT FROM devshare.event a
                 WHERE a.ledger = NEW.ledger AND a.stream >= 'archive/' AND a.stream < 'archive0'
                   AND a.type = 'events-detached'
                   AND NEW.position BETWEEN (a.data::jsonb ->> 'firstPosition')::bigint
                                        AND (a.data::jsonb ->> 'lastPosition')::bigint
                   AND NOT EXISTS (SELECT FROM devshare.event n
                                    WHERE n.ledger = a.ledger AND n.stream = a.stream AND n.version > a.version));
        END IF;
        IF NOT permitted THEN
            RAISE EXCEPTION 'no archive may have the data at position %', NEW.position
                USING ERRCODE = 'DS005', HINT = 'Detach finished requests with devshare archive detach.';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION devshare.event_change IS 'Lets data leave for an archive that the log names, and come back as they were; refuses every other change, even to the owner (SQLSTATE DS001, DS005).';

DROP TRIGGER event_is_append_only ON devshare.event;
CREATE TRIGGER event_is_append_only BEFORE DELETE ON devshare.event
    FOR EACH ROW EXECUTE FUNCTION devshare.refuse_change();
CREATE TRIGGER event_changes_for_archives BEFORE UPDATE ON devshare.event
    FOR EACH ROW EXECUTE FUNCTION devshare.event_change();
COMMENT ON TABLE  devshare.event      IS 'What happened, in commit order, for ever. Rows are inserted by ledger_append and never changed, but for data that are in an archive.';
COMMENT ON COLUMN devshare.event.stream IS 'What the event is about: user/ID, device/ID, share-request/ID, policy/NAME, archive/SHA-256.';
COMMENT ON COLUMN devshare.event.data IS 'The event itself, RFC 8785 canonical JSON, kept byte for byte; empty while it is in an archive. Never personal data.';

CREATE FUNCTION devshare.archive_detach(
    in_ledger integer, in_archive text, in_first bigint, in_last bigint
) RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    kind       text;
    run_first  bigint;
    run_last   bigint;
    candidate  text;
    changed    bigint;
    detached   bigint := 0;
BEGIN
    SELECT e.type, (e.data::jsonb ->> 'firstPosition')::bigint, (e.data::jsonb ->> 'lastPosition')::bigint
      INTO kind, run_first, run_last
      FROM devshare.event e
     WHERE e.ledger = in_ledger AND e.stream = in_archive
     ORDER BY e.version DESC LIMIT 1;
    IF kind IS DISTINCT FROM 'events-detached' THEN
        RAISE EXCEPTION '% has not been detached', in_archive USING ERRCODE = 'DS005';
    END IF;
    FOR candidate IN
        SELECT e.stream FROM devshare.event e
         WHERE e.ledger = in_ledger AND e.position BETWEEN greatest(in_first, run_first) AND least(in_last, run_last)
           AND e.version = 1 AND e.stream >= 'share-request/' AND e.stream < 'share-request0'
    LOOP
        -- A whole stream or nothing of it.
        CONTINUE WHEN NOT EXISTS (
                SELECT FROM devshare.share_request r
                 WHERE r.ledger = in_ledger AND r.request = substr(candidate, 15)::uuid
                   AND r.state IN ('rejected', 'withdrawn', 'expired', 'ended'))
            OR EXISTS (
                SELECT FROM devshare.event e
                 WHERE e.ledger = in_ledger AND e.stream = candidate AND e.position > run_last);
        UPDATE devshare.event e SET data = ''
         WHERE e.ledger = in_ledger AND e.stream = candidate AND e.data <> '' AND e.position <= run_last;
        GET DIAGNOSTICS changed = ROW_COUNT;
        detached := detached + changed;
    END LOOP;
    RETURN detached;
END
$$;
COMMENT ON FUNCTION devshare.archive_detach IS 'Empties the data of finished share requests that were submitted between two positions and lie within an archive''s run as a whole. How many events.';

CREATE FUNCTION devshare.archive_attach(in_ledger integer, in_position bigint[], in_data text[]) RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    changed  bigint;
    attached bigint := 0;
BEGIN
    FOR i IN 1 .. cardinality(in_position) LOOP
        UPDATE devshare.event e SET data = in_data[i]
         WHERE e.ledger = in_ledger AND e.position = in_position[i] AND e.data = '';
        GET DIAGNOSTICS changed = ROW_COUNT;
        attached := attached + changed;
    END LOOP;
    RETURN attached;
END
$$;
COMMENT ON FUNCTION devshare.archive_attach IS 'Puts data back where they are missing. How many events.';

REVOKE ALL ON FUNCTION devshare.leaf_text, devshare.leaf_hash, devshare.event_change, devshare.archive_detach,
    devshare.archive_attach FROM PUBLIC;
