CREATE OR REPLACE FUNCTION devshare.webhook_ready(in_ledger integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
    SELECT s.subscription
      FROM devshare.webhook_subscription s JOIN devshare.ledger l USING (ledger)
     WHERE s.ledger = in_ledger AND s.state = 'active'
       AND (s.position < l.position
            OR EXISTS (SELECT FROM devshare.webhook_delivery d
                        WHERE d.ledger = s.ledger AND d.subscription = s.subscription
                          AND d.due_at <= statement_timestamp()))
$$;
COMMENT ON FUNCTION devshare.webhook_ready IS 'Active subscriptions that have events to look at or a delivery due.';
REVOKE ALL ON FUNCTION devshare.webhook_ready FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_ready TO devshare_app;
