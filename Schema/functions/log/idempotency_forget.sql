CREATE OR REPLACE FUNCTION devshare.idempotency_forget(in_ledger integer, in_before timestamptz, in_limit integer)
RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
    WITH forgotten AS (
        -- An array, so that old records are looked up once and not for every row. The order is the index's,
        -- so that the planner has no other way to find them (tables/0003_idempotency_record.sql).
        DELETE FROM devshare.idempotency_record
         WHERE ledger = in_ledger AND ctid = ANY (ARRAY(
               SELECT ctid FROM devshare.idempotency_record
                WHERE ledger = in_ledger AND recorded_at < in_before
                ORDER BY recorded_at LIMIT in_limit FOR UPDATE SKIP LOCKED))
        RETURNING 1)
    SELECT count(*) FROM forgotten
$$;
COMMENT ON FUNCTION devshare.idempotency_forget IS 'Removes idempotency records from before a moment, at most so many, and says how many. Safe from several processes at once.';
REVOKE ALL ON FUNCTION devshare.idempotency_forget FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.idempotency_forget TO devshare_app;
