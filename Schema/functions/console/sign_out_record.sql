CREATE OR REPLACE FUNCTION devshare.sign_out_record(
    in_ledger integer, in_session uuid, in_ends_at timestamptz, in_now timestamptz
) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    -- Two for each one that comes, so that the table does not grow.
    DELETE FROM devshare.sign_out
     WHERE ledger = in_ledger AND ctid = ANY (ARRAY(
           SELECT ctid FROM devshare.sign_out
            WHERE ledger = in_ledger AND ends_at < in_now
            ORDER BY ends_at LIMIT 2 FOR UPDATE SKIP LOCKED));
    INSERT INTO devshare.sign_out (ledger, session, ends_at) VALUES (in_ledger, in_session, in_ends_at)
    ON CONFLICT DO NOTHING;
$$;
COMMENT ON FUNCTION devshare.sign_out_record IS 'Records that a session of the console was signed out, and removes up to two that have ended in any case.';
REVOKE ALL ON FUNCTION devshare.sign_out_record FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.sign_out_record TO devshare_app;
