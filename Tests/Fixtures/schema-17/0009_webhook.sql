-- Webhooks: who wants to hear of events, and what is still to be sent.
--
-- The log is the outbox. A subscription has a cursor into it, and nothing is written when events are
-- appended. What the cursor passes becomes work: one row for each stream (user, device, request) of
-- which something is still to be sent, holding the first event that is. So events of one stream go out
-- in their order, one that fails holds up its own stream and no other, and a receiver that has been
-- away for days costs a row a stream and not a row an event.
--
-- Whoever sends an event leases its row: it is not due again before the lease ends, and only who holds
-- the lease can settle it. So any number of processes send from one database, each event is sent by
-- one of them, and what a killed process had leased comes due again by itself. All moments are those
-- of the database's clock.

CREATE TABLE devshare.webhook_subscription (
    ledger         integer     NOT NULL REFERENCES devshare.ledger,
    subscription   uuid        NOT NULL,
    url            text        COLLATE "C" NOT NULL CHECK (url <> ''),
    event_types    text[]      COLLATE "C" NOT NULL,
    allows_private boolean     NOT NULL,
    state          text        COLLATE "C" NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'stopped')),
    position       bigint      NOT NULL CHECK (position >= 0),
    replay         text        COLLATE "C",
    created_at     timestamptz NOT NULL DEFAULT statement_timestamp(),
    created_by     text        COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, subscription)
);
COMMENT ON TABLE  devshare.webhook_subscription                IS 'Who is told of events, and where.';
COMMENT ON COLUMN devshare.webhook_subscription.ledger         IS 'The ledger whose events it is about.';
COMMENT ON COLUMN devshare.webhook_subscription.subscription   IS 'Identifier of the subscription.';
COMMENT ON COLUMN devshare.webhook_subscription.url            IS 'Where events are sent.';
COMMENT ON COLUMN devshare.webhook_subscription.event_types    IS 'Which types of event; empty for all.';
COMMENT ON COLUMN devshare.webhook_subscription.allows_private IS 'Whether the receiver may have a private or local address, and be reached without TLS.';
COMMENT ON COLUMN devshare.webhook_subscription.state          IS 'active; or stopped, since the receiver said that it is gone for good (410).';
COMMENT ON COLUMN devshare.webhook_subscription.position       IS 'Cursor: the last event that has been looked at. Those behind it are sent, have rows in webhook_delivery, or were not wanted.';
COMMENT ON COLUMN devshare.webhook_subscription.replay         IS 'Idempotency key of the last replay: repeated, it changes nothing. Null where there was none.';
COMMENT ON COLUMN devshare.webhook_subscription.created_at     IS 'When it was made.';
COMMENT ON COLUMN devshare.webhook_subscription.created_by     IS 'Who made it.';

-- Apart from the subscription, so that whoever may look at subscriptions need not see secrets.
CREATE TABLE devshare.webhook_secret (
    ledger          integer     NOT NULL,
    subscription    uuid        NOT NULL,
    secret          bytea       NOT NULL CHECK (octet_length(secret) BETWEEN 24 AND 64),
    previous_secret bytea       CHECK (octet_length(previous_secret) BETWEEN 24 AND 64),
    previous_until  timestamptz,
    rotation        text        COLLATE "C",
    PRIMARY KEY (ledger, subscription),
    FOREIGN KEY (ledger, subscription) REFERENCES devshare.webhook_subscription ON DELETE CASCADE,
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);
COMMENT ON TABLE  devshare.webhook_secret                 IS 'What messages to a subscription''s receiver are signed with (HMAC-SHA-256).';
COMMENT ON COLUMN devshare.webhook_secret.ledger          IS 'The subscription''s ledger.';
COMMENT ON COLUMN devshare.webhook_secret.subscription    IS 'The subscription.';
COMMENT ON COLUMN devshare.webhook_secret.secret          IS 'The secret in use.';
COMMENT ON COLUMN devshare.webhook_secret.previous_secret IS 'The one before it: until previous_until messages bear a signature of each.';
COMMENT ON COLUMN devshare.webhook_secret.previous_until  IS 'When the previous secret is no longer used.';
COMMENT ON COLUMN devshare.webhook_secret.rotation        IS 'Idempotency key of the rotation that made the secret: repeated, it changes nothing. Null where there was none.';

CREATE TABLE devshare.webhook_delivery (
    ledger           integer     NOT NULL,
    subscription     uuid        NOT NULL,
    stream           text        COLLATE "C" NOT NULL,
    position         bigint      NOT NULL,
    last_position    bigint      NOT NULL,
    due_at           timestamptz,
    parked_at        timestamptz,
    lease            uuid,
    attempts         integer     NOT NULL DEFAULT 0,
    first_attempt_at timestamptz,
    attempted_at     timestamptz,
    status           smallint,
    problem          text        COLLATE "C",
    PRIMARY KEY (ledger, subscription, stream),
    FOREIGN KEY (ledger, subscription) REFERENCES devshare.webhook_subscription ON DELETE CASCADE,
    CHECK (position <= last_position),
    CHECK ((due_at IS NULL) = (parked_at IS NOT NULL))
);
COMMENT ON TABLE  devshare.webhook_delivery                  IS 'Streams of which a subscription has still to be sent something. Gone when all is sent.';
COMMENT ON COLUMN devshare.webhook_delivery.ledger           IS 'The subscription''s ledger.';
COMMENT ON COLUMN devshare.webhook_delivery.subscription     IS 'The subscription.';
COMMENT ON COLUMN devshare.webhook_delivery.stream           IS 'The stream. Its events are sent one after the other.';
COMMENT ON COLUMN devshare.webhook_delivery.position         IS 'The event to be sent next.';
COMMENT ON COLUMN devshare.webhook_delivery.last_position    IS 'The last event of the stream that the cursor has passed and that is wanted.';
COMMENT ON COLUMN devshare.webhook_delivery.due_at           IS 'When it may be sent: the next attempt, or the end of the lease. Null when parked.';
COMMENT ON COLUMN devshare.webhook_delivery.parked_at        IS 'When it was given up until somebody replays it; those behind it in the stream wait.';
COMMENT ON COLUMN devshare.webhook_delivery.lease            IS 'Made by who sends it now; null while nobody does.';
COMMENT ON COLUMN devshare.webhook_delivery.attempts         IS 'How often sending this event was begun.';
COMMENT ON COLUMN devshare.webhook_delivery.first_attempt_at IS 'When that was first: the time for retries is counted from it.';
COMMENT ON COLUMN devshare.webhook_delivery.attempted_at     IS 'When that was last.';
COMMENT ON COLUMN devshare.webhook_delivery.status           IS 'HTTP status of the last answer; null where there was none.';
COMMENT ON COLUMN devshare.webhook_delivery.problem          IS 'What was wrong the last time: a code, and a sentence.';
CREATE INDEX webhook_delivery_due ON devshare.webhook_delivery (ledger, subscription, due_at);
COMMENT ON INDEX devshare.webhook_delivery_due IS 'What a subscription''s receiver is to be sent now.';

-- Subscriptions

CREATE FUNCTION devshare.webhook_add(
    in_ledger integer, in_subscription uuid, in_url text, in_event_types text[], in_allows_private boolean,
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
    INSERT INTO devshare.webhook_subscription (ledger, subscription, url, event_types, allows_private, position, created_by)
    SELECT in_ledger, in_subscription, in_url, in_event_types, in_allows_private,
           least(coalesce(in_after, l.position), l.position), in_created_by
      FROM devshare.ledger l
     WHERE l.ledger = in_ledger;
    INSERT INTO devshare.webhook_secret (ledger, subscription, secret) VALUES (in_ledger, in_subscription, in_secret);
    PERFORM pg_notify('devshare_ledger_' || in_ledger, '');
    RETURN 'added';
END
$$;
COMMENT ON FUNCTION devshare.webhook_add IS 'Makes a subscription that begins behind a position (null: with what is appended from now on): added, exists, or full where there are in_most already.';

CREATE FUNCTION devshare.webhook_remove(in_ledger integer, in_subscription uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH removed AS (
        DELETE FROM devshare.webhook_subscription WHERE ledger = in_ledger AND subscription = in_subscription RETURNING 1)
    SELECT EXISTS (SELECT FROM removed)
$$;
COMMENT ON FUNCTION devshare.webhook_remove IS 'Removes a subscription and all that was still to be sent. False where there is none.';

CREATE FUNCTION devshare.webhook_rotate(
    in_ledger integer, in_subscription uuid, in_secret bytea, in_keep_ms bigint, in_key text
) RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known record;
BEGIN
    SELECT k.secret, k.rotation INTO known
      FROM devshare.webhook_secret k
     WHERE k.ledger = in_ledger AND k.subscription = in_subscription
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF known.rotation = in_key THEN
        RETURN known.secret;
    END IF;
    UPDATE devshare.webhook_secret k
       SET previous_secret = k.secret, previous_until = statement_timestamp() + in_keep_ms * interval '1 ms',
           secret = in_secret, rotation = in_key
     WHERE k.ledger = in_ledger AND k.subscription = in_subscription;
    RETURN in_secret;
END
$$;
COMMENT ON FUNCTION devshare.webhook_rotate IS 'Puts a new secret in use, and keeps signing with the old one beside it for a while. The secret in use then; null where there is no such subscription.';

CREATE FUNCTION devshare.webhook_stop(in_ledger integer, in_subscription uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE devshare.webhook_subscription SET state = 'stopped' WHERE ledger = in_ledger AND subscription = in_subscription
$$;
COMMENT ON FUNCTION devshare.webhook_stop IS 'Sends nothing more to a subscription''s receiver until somebody replays.';

-- Sending

CREATE FUNCTION devshare.webhook_ready(in_ledger integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
    SELECT s.subscription
      FROM devshare.webhook_subscription s JOIN devshare.ledger l USING (ledger)
     WHERE s.ledger = in_ledger AND s.state = 'active'
       AND (s.position < l.position
            OR EXISTS (SELECT FROM devshare.webhook_delivery d
                        WHERE d.ledger = s.ledger AND d.subscription = s.subscription
                          AND d.due_at <= statement_timestamp()))
$$;
COMMENT ON FUNCTION devshare.webhook_ready IS 'Active subscriptions that have events to look at or something due.';

CREATE FUNCTION devshare.webhook_fan_out(in_ledger integer, in_subscription uuid, in_limit integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    wanted text[];
    seen   bigint;
    head   bigint;
    upto   bigint;
BEGIN
    SELECT s.position, s.event_types INTO seen, wanted
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
     GROUP BY e.stream
     ORDER BY e.stream
    ON CONFLICT (ledger, subscription, stream) DO UPDATE
       SET last_position = greatest(d.last_position, excluded.last_position);
    UPDATE devshare.webhook_subscription s SET position = upto
     WHERE s.ledger = in_ledger AND s.subscription = in_subscription;
    RETURN head - upto;
END
$$;
COMMENT ON FUNCTION devshare.webhook_fan_out IS 'Moves a subscription''s cursor on over at most in_limit events, and makes work of those it wants. How many events are left to look at.';

CREATE FUNCTION devshare.webhook_claim(
    in_ledger integer, in_subscription uuid, in_limit integer, in_lease_ms bigint
) RETURNS TABLE (
    "position" bigint, stream text, version integer, type text, schema_version smallint, recorded_at timestamptz,
    leaf_hash bytea, metadata text, data text, lease uuid, attempt integer, waited_ms bigint, url text,
    allows_private boolean, secret bytea, previous_secret bytea
) LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
    WITH due AS MATERIALIZED (
        SELECT d.stream FROM devshare.webhook_delivery d
         WHERE d.ledger = in_ledger AND d.subscription = in_subscription AND d.due_at <= statement_timestamp()
           AND EXISTS (SELECT FROM devshare.webhook_subscription s
                        WHERE s.ledger = in_ledger AND s.subscription = in_subscription AND s.state = 'active')
         ORDER BY d.due_at LIMIT in_limit
           FOR UPDATE SKIP LOCKED),
    claimed AS (
        UPDATE devshare.webhook_delivery d
           SET lease = gen_random_uuid(), due_at = statement_timestamp() + in_lease_ms * interval '1 ms',
               attempts = d.attempts + 1, attempted_at = statement_timestamp(),
               first_attempt_at = coalesce(d.first_attempt_at, statement_timestamp())
          FROM due
         WHERE d.ledger = in_ledger AND d.subscription = in_subscription AND d.stream = due.stream
        RETURNING d.*)
    SELECT e.position, e.stream, e.version, e.type, e.schema_version, e.recorded_at, e.leaf_hash, e.metadata, e.data,
           c.lease, c.attempts, (extract(epoch FROM c.attempted_at - c.first_attempt_at) * 1000)::bigint, s.url,
           s.allows_private, k.secret, CASE WHEN k.previous_until > statement_timestamp() THEN k.previous_secret END
      FROM claimed c
      JOIN devshare.webhook_subscription s USING (ledger, subscription)
      JOIN devshare.webhook_secret k USING (ledger, subscription)
      JOIN devshare.event e ON e.ledger = c.ledger AND e.position = c.position
     ORDER BY e.position
$$;
COMMENT ON FUNCTION devshare.webhook_claim IS 'Leases what is due, at most in_limit events of as many streams, and returns it with where to send it and what to sign it with.';

CREATE FUNCTION devshare.webhook_delivered(
    in_ledger integer, in_subscription uuid, in_stream text, in_lease uuid
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
COMMENT ON FUNCTION devshare.webhook_delivered IS 'Settles a leased event as sent: the next one of its stream is due. False where the lease is no longer held.';

CREATE FUNCTION devshare.webhook_failed(
    in_ledger integer, in_subscription uuid, in_stream text, in_lease uuid, in_delay_ms bigint, in_status smallint,
    in_problem text
) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH failed AS (
        UPDATE devshare.webhook_delivery
           SET lease = NULL, due_at = statement_timestamp() + in_delay_ms * interval '1 ms',
               parked_at = CASE WHEN in_delay_ms IS NULL THEN statement_timestamp() END,
               status = in_status, problem = in_problem
         WHERE ledger = in_ledger AND subscription = in_subscription AND stream = in_stream AND lease = in_lease
        RETURNING 1)
    SELECT EXISTS (SELECT FROM failed)
$$;
COMMENT ON FUNCTION devshare.webhook_failed IS 'Settles a leased event as not sent: due again after a delay, or parked where that is null. False where the lease is no longer held.';

CREATE FUNCTION devshare.webhook_replay(
    in_ledger integer, in_subscription uuid, in_stream text, in_after bigint, in_key text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    replayed bigint := 0;
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
    IF in_after IS NULL THEN
        UPDATE devshare.webhook_delivery d
           SET due_at = statement_timestamp(), parked_at = NULL, attempts = 0, first_attempt_at = NULL
         WHERE d.ledger = in_ledger AND d.subscription = in_subscription
           AND (in_stream IS NULL OR d.stream = in_stream)
           AND (d.lease IS NULL OR d.due_at <= statement_timestamp()) AND d.attempts > 0;
        GET DIAGNOSTICS replayed = ROW_COUNT;
    ELSE
        -- What waits from before the position goes on from where it is.
        DELETE FROM devshare.webhook_delivery d
         WHERE d.ledger = in_ledger AND d.subscription = in_subscription AND d.position > in_after;
    END IF;
    UPDATE devshare.webhook_subscription s
       SET position = least(s.position, coalesce(in_after, s.position)), state = 'active', replay = in_key
     WHERE s.ledger = in_ledger AND s.subscription = in_subscription;
    PERFORM pg_notify('devshare_ledger_' || in_ledger, '');
    RETURN replayed;
END
$$;
COMMENT ON FUNCTION devshare.webhook_replay IS 'Makes what is parked or waits for a retry due at once, of one stream or of all, with all its time for retries anew; or, with a position, puts the cursor back so that everything behind it is sent again. How many streams were parked or waiting; null where there is no such subscription.';

REVOKE ALL ON FUNCTION devshare.webhook_add, devshare.webhook_remove, devshare.webhook_rotate, devshare.webhook_stop,
    devshare.webhook_ready, devshare.webhook_fan_out, devshare.webhook_claim, devshare.webhook_delivered,
    devshare.webhook_failed, devshare.webhook_replay FROM PUBLIC;
GRANT SELECT ON devshare.webhook_subscription, devshare.webhook_secret, devshare.webhook_delivery TO devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_add, devshare.webhook_remove, devshare.webhook_rotate, devshare.webhook_stop,
    devshare.webhook_ready, devshare.webhook_fan_out, devshare.webhook_claim, devshare.webhook_delivered,
    devshare.webhook_failed, devshare.webhook_replay TO devshare_app;
