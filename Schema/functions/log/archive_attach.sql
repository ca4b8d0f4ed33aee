CREATE OR REPLACE FUNCTION devshare.archive_attach(in_ledger integer, in_position bigint[], in_data text[]) RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    changed  bigint;
    attached bigint := 0;
BEGIN
    FOR i IN 1 .. cardinality(in_position) LOOP
        UPDATE devshare.event e SET data = in_data[i]
         WHERE e.ledger = in_ledger AND e.position = in_position[i] AND e.data = '';
        GET DIAGNOSTICS changed = ROW_COUNT;
        attached := attached + changed;
    END LOOP;
    RETURN attached;
END
$$;
COMMENT ON FUNCTION devshare.archive_attach IS 'Puts data back into events whose data are in an archive. Returns how many events.';
REVOKE ALL ON FUNCTION devshare.archive_attach FROM PUBLIC, devshare_app;
