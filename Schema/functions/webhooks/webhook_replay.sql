-- With a position, deliveries of events before it become due too: a parked one would hold up the later events
-- of its stream, which are to be sent again.
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
COMMENT ON FUNCTION devshare.webhook_replay IS 'Makes parked and waiting events due at once, of one stream or of all, with their whole time for retries. With a position the cursor is put back too, so that every event after it is sent again. Returns how many streams were parked or waiting; null if there is no such subscription.';
REVOKE ALL ON FUNCTION devshare.webhook_replay FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_replay TO devshare_app;
