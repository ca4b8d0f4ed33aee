CREATE OR REPLACE FUNCTION devshare.rebuild_compare(OUT read_model text, OUT missing bigint, OUT unexpected bigint)
RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    FOREACH read_model IN ARRAY ARRAY['directory_user', 'device', 'share_request'] LOOP
        EXECUTE format('SELECT count(*) FROM (TABLE devshare_rebuild.%1$I EXCEPT ALL TABLE devshare.%1$I) d', read_model)
           INTO missing;
        EXECUTE format('SELECT count(*) FROM (TABLE devshare.%1$I EXCEPT ALL TABLE devshare_rebuild.%1$I) d', read_model)
           INTO unexpected;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION devshare.rebuild_compare IS 'For each read model: how many rows of the log the live table lacks, and how many it has that do not follow from the log.';
REVOKE ALL ON FUNCTION devshare.rebuild_compare FROM PUBLIC, devshare_app;
