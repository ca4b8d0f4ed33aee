CREATE OR REPLACE FUNCTION devshare.webhook_delivered(
    in_ledger integer, in_subscription uuid, in_stream text, in_lease uuid, in_withheld text[]
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    sent      bigint;
    last_sent bigint;
    next_one  bigint;
BEGIN
    SELECT d.position, d.last_position INTO sent, last_sent
      FROM devshare.webhook_delivery d
     WHERE d.ledger = in_ledger AND d.subscription = in_subscription AND d.stream = in_stream AND d.lease = in_lease
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false; -- the lease had ended, and another process has the event
    END IF;
    IF sent < last_sent THEN
        SELECT e.position INTO next_one
          FROM devshare.event e
          JOIN devshare.webhook_subscription s ON s.ledger = in_ledger AND s.subscription = in_subscription
         WHERE e.ledger = in_ledger AND e.stream = in_stream
           AND e.version > (SELECT p.version FROM devshare.event p WHERE p.ledger = in_ledger AND p.position = sent)
           AND e.position <= last_sent
           AND (cardinality(s.event_types) = 0 OR e.type = ANY (s.event_types))
           AND (s.confidential OR e.type <> ALL (in_withheld))
         ORDER BY e.version LIMIT 1;
    END IF;
    IF next_one IS NULL THEN
        DELETE FROM devshare.webhook_delivery d
         WHERE d.ledger = in_ledger AND d.subscription = in_subscription AND d.stream = in_stream;
    ELSE
        UPDATE devshare.webhook_delivery d
           SET position = next_one, due_at = statement_timestamp(), lease = NULL, attempts = 0,
               first_attempt_at = NULL, attempted_at = NULL, status = NULL, problem = NULL
         WHERE d.ledger = in_ledger AND d.subscription = in_subscription AND d.stream = in_stream;
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION devshare.webhook_delivered IS 'Settles a leased event as sent: the next one of its stream that the subscription wants and may have is due. Returns false if the lease is no longer held.';
REVOKE ALL ON FUNCTION devshare.webhook_delivered FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_delivered TO devshare_app;
