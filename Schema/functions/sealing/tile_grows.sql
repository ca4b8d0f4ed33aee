CREATE OR REPLACE FUNCTION devshare.tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.ledger, NEW.level, NEW.tile) IS DISTINCT FROM (OLD.ledger, OLD.level, OLD.tile)
       OR octet_length(NEW.hashes) < octet_length(OLD.hashes)
       OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'the log is append-only: a change of a hash in tile %/% is refused', OLD.level, OLD.tile
            USING ERRCODE = 'DS001';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION devshare.tile_grows IS 'Refuses every update of a tile that does not keep its hashes (SQLSTATE DS001).';
REVOKE ALL ON FUNCTION devshare.tile_grows FROM PUBLIC, devshare_app;
