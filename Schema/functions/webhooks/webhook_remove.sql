CREATE OR REPLACE FUNCTION devshare.webhook_remove(in_ledger integer, in_subscription uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH removed AS (
        DELETE FROM devshare.webhook_subscription WHERE ledger = in_ledger AND subscription = in_subscription RETURNING 1)
    SELECT EXISTS (SELECT FROM removed)
$$;
COMMENT ON FUNCTION devshare.webhook_remove IS 'Removes a subscription and its unsent events. Returns false if there is none.';
REVOKE ALL ON FUNCTION devshare.webhook_remove FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_remove TO devshare_app;
