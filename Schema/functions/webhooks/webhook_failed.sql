CREATE OR REPLACE FUNCTION devshare.webhook_failed(
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
COMMENT ON FUNCTION devshare.webhook_failed IS 'Settles a leased event as not sent: due again after a delay, or parked if in_delay_ms is null. Returns false if the lease is no longer held.';
REVOKE ALL ON FUNCTION devshare.webhook_failed FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_failed TO devshare_app;
