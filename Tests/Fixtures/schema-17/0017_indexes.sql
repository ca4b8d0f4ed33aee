-- Look-ups that come to read a whole table.
--
-- A BRIN knows of every range of blocks the first and the last moment that it ever held. Where a sweep or
-- an update has freed space new rows go to old blocks, and old rows to new ones; ranges widen and never
-- narrow, until each holds all of time. Both such indexes are B-trees now, which grow at the right edge.
--
-- The new indexes hold no NULL, and no row has one: it keeps them from look-ups that do not ask for the
-- time. On an empty table those would take the newest index that begins like their key (see 0014).
--
-- While they are made nobody writes to their tables; only at the end nobody reads them either, for as long
-- as names take to change.

CREATE INDEX idempotency_record_age_new ON devshare.idempotency_record (ledger, recorded_at)
    WHERE recorded_at IS NOT NULL;
CREATE INDEX share_request_submitted_new ON devshare.share_request (ledger, submitted_at)
    WHERE submitted_at IS NOT NULL;

-- The oldest first, which the index gives, and no other way to find them: see 0014.
CREATE OR REPLACE FUNCTION devshare.idempotency_forget(in_ledger integer, in_before timestamptz, in_limit integer)
RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
    WITH forgotten AS (
        -- An array, so that what is old is looked for once and not for every row.
        DELETE FROM devshare.idempotency_record
         WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM devshare.idempotency_record
                WHERE ledger = in_ledger AND recorded_at < in_before
                ORDER BY recorded_at LIMIT in_limit FOR UPDATE SKIP LOCKED))
        RETURNING 1)
    SELECT count(*) FROM forgotten
$$;

-- What is parked is counted and listed apart from what waits, which may be a million times as much. It is
-- rare, so the index costs nothing where events are sent. One of all deliveries by position would cost a
-- fifth more WAL for each event sent, for a list that only people ask for.
CREATE INDEX webhook_delivery_parked ON devshare.webhook_delivery (ledger, subscription, position)
    WHERE parked_at IS NOT NULL;
COMMENT ON INDEX devshare.webhook_delivery_parked IS 'What a subscription''s receiver is not sent until somebody replays it.';

-- Puts the cursor back, and makes due what waits from before it: parked, it would hold up what is behind
-- the position in its stream, which is to be sent again.
CREATE OR REPLACE FUNCTION devshare.webhook_replay(
    in_ledger integer, in_subscription uuid, in_stream text, in_after bigint, in_key text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    replayed bigint;
    known    text;
BEGIN
    SELECT s.replay INTO known
      FROM devshare.webhook_subscription s
     WHERE s.ledger = in_ledger AND s.subscription = in_subscription
       FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF known = in_key THEN
        RETURN 0;
    END IF;
    IF in_after IS NOT NULL THEN
        DELETE FROM devshare.webhook_delivery d
         WHERE d.ledger = in_ledger AND d.subscription = in_subscription AND d.position > in_after;
    END IF;
    UPDATE devshare.webhook_delivery d
       SET due_at = statement_timestamp(), parked_at = NULL, attempts = 0, first_attempt_at = NULL
     WHERE d.ledger = in_ledger AND d.subscription = in_subscription
       AND (in_stream IS NULL OR d.stream = in_stream)
       AND (d.lease IS NULL OR d.due_at <= statement_timestamp()) AND d.attempts > 0;
    GET DIAGNOSTICS replayed = ROW_COUNT;
    UPDATE devshare.webhook_subscription s
       SET position = least(s.position, coalesce(in_after, s.position)), state = 'active', replay = in_key
     WHERE s.ledger = in_ledger AND s.subscription = in_subscription;
    PERFORM pg_notify('devshare_ledger_' || in_ledger, '');
    RETURN replayed;
END
$$;
COMMENT ON FUNCTION devshare.webhook_replay IS 'Makes what is parked or waits for a retry due at once, of one stream or of all, with all its time for retries anew. With a position the cursor is put back too, so that everything behind it is sent again. How many streams were parked or waiting; null where there is no such subscription.';

-- An officer's reason stands before the codes of the rules from now on, where people look for it.
UPDATE devshare.share_request r
   SET reasons = array_prepend(e.reason, array_remove(r.reasons, e.reason))
  FROM (SELECT ledger, stream, nullif(data, '')::jsonb ->> 'reason' AS reason
          FROM devshare.event WHERE type = 'share-request-rejected') e
 WHERE r.state = 'rejected' AND e.ledger = r.ledger AND e.stream = 'share-request/' || r.request
   AND e.reason IS NOT NULL;

DROP INDEX devshare.idempotency_record_age;
ALTER INDEX devshare.idempotency_record_age_new RENAME TO idempotency_record_age;
COMMENT ON INDEX devshare.idempotency_record_age IS 'Finds what is past its retention.';
DROP INDEX devshare.share_request_submitted;
ALTER INDEX devshare.share_request_submitted_new RENAME TO share_request_submitted;
COMMENT ON INDEX devshare.share_request_submitted IS 'Requests of a day.';
