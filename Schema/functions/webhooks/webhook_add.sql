CREATE OR REPLACE FUNCTION devshare.webhook_add(
    in_ledger integer, in_subscription uuid, in_url text, in_event_types text[], in_confidential boolean,
    in_secret bytea, in_created_by text, in_after bigint, in_most integer
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- One call at a time: two at once could pass the limit together.
    PERFORM pg_advisory_xact_lock(hashtextextended('devshare_webhook_add', in_ledger));
    IF EXISTS (SELECT FROM devshare.webhook_subscription s
                WHERE s.ledger = in_ledger AND s.subscription = in_subscription) THEN
        RETURN 'exists';
    END IF;
    IF (SELECT count(*) FROM devshare.webhook_subscription s WHERE s.ledger = in_ledger) >= in_most THEN
        RETURN 'full';
    END IF;
    INSERT INTO devshare.webhook_subscription (
        ledger, subscription, url, event_types, position, created_by, confidential, started)
    SELECT in_ledger, in_subscription, in_url, in_event_types, b.position, in_created_by, in_confidential, b.position
      FROM (SELECT least(coalesce(in_after, l.position), l.position) AS position
              FROM devshare.ledger l
             WHERE l.ledger = in_ledger) b;
    INSERT INTO devshare.webhook_secret (ledger, subscription, secret) VALUES (in_ledger, in_subscription, in_secret);
    PERFORM pg_notify('devshare_ledger_' || in_ledger, '');
    RETURN 'added';
END
$$;
COMMENT ON FUNCTION devshare.webhook_add IS 'Makes a subscription to the events after a position (null: to those that are appended from now on). Returns added, exists, or full if there are in_most already.';
REVOKE ALL ON FUNCTION devshare.webhook_add FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_add TO devshare_app;
