-- Who may be told what by webhooks.
--
-- Confidential types of event (officers' notes, reasons, claims, decisions with their facts) are sent
-- only where an auditor made the subscription. Which types those are the program knows, and says with
-- each call. No subscription of before was made by an auditor, so from now on none of them is sent such
-- events, what was queued already included.
--
-- Whether receivers may have private addresses is a setting of the server, and no longer the caller's choice.

ALTER TABLE devshare.webhook_subscription
    DROP COLUMN allows_private,
    ADD COLUMN audience     text COLLATE "C" NOT NULL DEFAULT 'internal' CHECK (audience IN ('portal', 'internal')),
    ADD COLUMN confidential boolean NOT NULL DEFAULT false,
    ADD COLUMN started      bigint  CHECK (started >= 0);
UPDATE devshare.webhook_subscription SET started = position;
ALTER TABLE devshare.webhook_subscription ALTER COLUMN started SET NOT NULL;
COMMENT ON COLUMN devshare.webhook_subscription.audience     IS 'For whom the events are written: internal, as the log has them; or portal, without what clients must not know.';
COMMENT ON COLUMN devshare.webhook_subscription.confidential IS 'Whether it is sent confidential types of event: an auditor made it.';
COMMENT ON COLUMN devshare.webhook_subscription.started      IS 'It began behind this position; events before it are for auditors to send. Of subscriptions older than this column: where they were.';

DROP FUNCTION devshare.webhook_add, devshare.webhook_fan_out, devshare.webhook_claim, devshare.webhook_delivered;

CREATE FUNCTION devshare.webhook_add(
    in_ledger integer, in_subscription uuid, in_url text, in_event_types text[], in_confidential boolean,
    in_secret bytea, in_created_by text, in_after bigint, in_most integer
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- One after the other, or two at once could pass the limit together.
    PERFORM pg_advisory_xact_lock(hashtextextended('devshare_webhook_add', in_ledger));
    IF EXISTS (SELECT FROM devshare.webhook_subscription s
                WHERE s.ledger = in_ledger AND s.subscription = in_subscription) THEN
        RETURN 'exists';
    END IF;
    IF (SELECT count(*) FROM devshare.webhook_subscription s WHERE s.ledger = in_ledger) >= in_most THEN
        RETURN 'full';
    END IF;
    INSERT INTO devshare.webhook_subscription (
        ledger, subscription, url, event_types, confidential, position, started, created_by)
    SELECT in_ledger, in_subscription, in_url, in_event_types, in_confidential, b.position, b.position, in_created_by
      FROM (SELECT least(coalesce(in_after, l.position), l.position) AS position
              FROM devshare.ledger l
             WHERE l.ledger = in_ledger) b;
    INSERT INTO devshare.webhook_secret (ledger, subscription, secret) VALUES (in_ledger, in_subscription, in_secret);
    PERFORM pg_notify('devshare_ledger_' || in_ledger, '');
    RETURN 'added';
END
$$;
COMMENT ON FUNCTION devshare.webhook_add IS 'Makes a subscription that begins behind a position (null: with what is appended from now on): added, exists, or full where there are in_most already.';

CREATE FUNCTION devshare.webhook_fan_out(in_ledger integer, in_subscription uuid, in_limit integer, in_withheld text[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    wanted text[];
    permit boolean;
    seen   bigint;
    head   bigint;
    upto   bigint;
BEGIN
    SELECT s.position, s.event_types, s.confidential INTO seen, wanted, permit
      FROM devshare.webhook_subscription s
     WHERE s.ledger = in_ledger AND s.subscription = in_subscription AND s.state = 'active'
       FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0; -- gone, stopped, or another process is at it
    END IF;
    SELECT l.position INTO head FROM devshare.ledger l WHERE l.ledger = in_ledger;
    upto := least(head, seen + in_limit);
    IF upto <= seen THEN
        RETURN 0;
    END IF;
    -- Where the stream has a row, its lock puts this in order with webhook_delivered, which either sees
    -- the new last_position or has deleted the row before.
    INSERT INTO devshare.webhook_delivery AS d (ledger, subscription, stream, position, last_position, due_at)
    SELECT in_ledger, in_subscription, e.stream, min(e.position), max(e.position), statement_timestamp()
      FROM devshare.event e
     WHERE e.ledger = in_ledger AND e.position > seen AND e.position <= upto
       AND (cardinality(wanted) = 0 OR e.type = ANY (wanted))
       AND (permit OR e.type <> ALL (in_withheld))
     GROUP BY e.stream
     ORDER BY e.stream
    ON CONFLICT (ledger, subscription, stream) DO UPDATE
       SET last_position = greatest(d.last_position, excluded.last_position);
    UPDATE devshare.webhook_subscription s SET position = upto
     WHERE s.ledger = in_ledger AND s.subscription = in_subscription;
    RETURN head - upto;
END
$$;
COMMENT ON FUNCTION devshare.webhook_fan_out IS 'Moves a subscription''s cursor on over at most in_limit events, and makes work of those it wants and may have: types in in_withheld are for confidential subscriptions only. How many events are left to look at.';

CREATE FUNCTION devshare.webhook_claim(
    in_ledger integer, in_subscription uuid, in_limit integer, in_lease_ms bigint
) RETURNS TABLE (
    "position" bigint, stream text, version integer, type text, schema_version smallint, recorded_at timestamptz,
    leaf_hash bytea, metadata text, data text, lease uuid, attempt integer, waited_ms bigint, url text,
    confidential boolean, secret bytea, previous_secret bytea
) LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
    WITH claimed AS (
        UPDATE devshare.webhook_delivery d
           SET lease = gen_random_uuid(), due_at = statement_timestamp() + in_lease_ms * interval '1 ms',
               attempts = d.attempts + 1, attempted_at = statement_timestamp(),
               first_attempt_at = coalesce(d.first_attempt_at, statement_timestamp())
         WHERE d.ctid = ANY (ARRAY(
               SELECT w.ctid FROM devshare.webhook_delivery w
                WHERE w.ledger = in_ledger AND w.subscription = in_subscription AND w.due_at <= statement_timestamp()
                  AND EXISTS (SELECT FROM devshare.webhook_subscription s
                               WHERE s.ledger = in_ledger AND s.subscription = in_subscription AND s.state = 'active')
                ORDER BY w.due_at LIMIT in_limit
                  FOR UPDATE SKIP LOCKED))
        RETURNING d.*)
    SELECT e.position, e.stream, e.version, e.type, e.schema_version, e.recorded_at, e.leaf_hash, e.metadata, e.data,
           c.lease, c.attempts, (extract(epoch FROM c.attempted_at - c.first_attempt_at) * 1000)::bigint, s.url,
           s.confidential, k.secret, CASE WHEN k.previous_until > statement_timestamp() THEN k.previous_secret END
      FROM claimed c
      JOIN devshare.webhook_subscription s USING (ledger, subscription)
      JOIN devshare.webhook_secret k USING (ledger, subscription)
     CROSS JOIN LATERAL (
           SELECT * FROM devshare.event e WHERE e.ledger = c.ledger AND e.position = c.position OFFSET 0) e
     ORDER BY e.position
$$;
COMMENT ON FUNCTION devshare.webhook_claim IS 'Leases what is due, at most in_limit events of as many streams, and returns it with where to send it and what to sign it with.';

CREATE FUNCTION devshare.webhook_delivered(
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
        RETURN false; -- the lease had ended, and somebody else has the event
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
COMMENT ON FUNCTION devshare.webhook_delivered IS 'Settles a leased event as sent: the next one of its stream that the subscription wants and may have is due. False where the lease is no longer held.';

REVOKE ALL ON FUNCTION devshare.webhook_add, devshare.webhook_fan_out, devshare.webhook_claim, devshare.webhook_delivered
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION devshare.webhook_add, devshare.webhook_fan_out, devshare.webhook_claim, devshare.webhook_delivered
    TO devshare_app;
