-- The data of old events may leave the log for an evidence file, and come back from it (archive_attach).
--
-- Only the data of finished share requests leave, nearly half of the log's bytes: users and devices are folded
-- from their first event at every decision. The rest of each row stays, so positions and versions have no gaps,
-- and the tree over the leaf hashes is whole.
CREATE OR REPLACE FUNCTION devshare.archive_detach(
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
        -- A stream leaves as a whole or not at all.
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
COMMENT ON FUNCTION devshare.archive_detach IS 'Empties the data of finished share requests that were submitted between two positions and lie within an archive''s run as a whole. Returns how many events.';
REVOKE ALL ON FUNCTION devshare.archive_detach FROM PUBLIC, devshare_app;
