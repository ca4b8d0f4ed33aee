-- Due rows are found by their place (ctid) and events by a fence (OFFSET 0): see tables/0012_webhook_delivery.sql.
CREATE OR REPLACE FUNCTION devshare.webhook_claim(
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
         WHERE d.ledger = in_ledger AND d.ctid = ANY (ARRAY(
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
COMMENT ON FUNCTION devshare.webhook_claim IS 'Leases due events, at most in_limit of as many streams. Returns each with its destination and the secrets that sign it.';
REVOKE ALL ON FUNCTION devshare.webhook_claim FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_claim TO devshare_app;
