CREATE OR REPLACE FUNCTION devshare.leaf_text(in_text text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT int4send(octet_length(in_text)) || convert_to(in_text, 'UTF8')
$$;
COMMENT ON FUNCTION devshare.leaf_text IS 'A string of the leaf encoding: its length, and its bytes.';
REVOKE ALL ON FUNCTION devshare.leaf_text FROM PUBLIC, devshare_app;
