CREATE OR REPLACE FUNCTION devshare.webhook_stop(in_ledger integer, in_subscription uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE devshare.webhook_subscription SET state = 'stopped' WHERE ledger = in_ledger AND subscription = in_subscription
$$;
COMMENT ON FUNCTION devshare.webhook_stop IS 'Sends nothing more to a subscription''s receiver until an operator replays.';
REVOKE ALL ON FUNCTION devshare.webhook_stop FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_stop TO devshare_app;
