-- Append-only means everybody, the owner included.
CREATE OR REPLACE FUNCTION devshare.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'DS001', HINT = 'Record a new event that corrects the old one.';
END
$$;
COMMENT ON FUNCTION devshare.refuse_change IS 'Refuses UPDATE, DELETE and TRUNCATE (SQLSTATE DS001).';
REVOKE ALL ON FUNCTION devshare.refuse_change FROM PUBLIC, devshare_app;
