-- The Merkle tree over each ledger, and what was signed of it.
--
-- The tree's leaf hashes are event.leaf_hash in the order of positions. Its inner hashes are kept as
-- tiles (c2sp.org/tlog-tiles, height 8), so that a proof reads a handful of rows whatever the size of
-- the log, and goes on being possible when old events have been moved elsewhere.

CREATE TABLE devshare.tile (
    ledger integer  NOT NULL,
    level  smallint NOT NULL,
    tile   bigint   NOT NULL,
    hashes bytea    NOT NULL,
    PRIMARY KEY (ledger, level, tile)
);
COMMENT ON TABLE  devshare.tile        IS 'Hashes of the Merkle tree, 256 side by side in a row. A tile at the right edge of the tree grows; nothing else about it changes.';
COMMENT ON COLUMN devshare.tile.ledger IS 'The ledger the tree is over.';
COMMENT ON COLUMN devshare.tile.level  IS 'Level among tiles: each hash covers 256^level events.';
COMMENT ON COLUMN devshare.tile.tile   IS 'Place in the level, from 0: the first hash covers the events behind position tile * 256^(level + 1).';
COMMENT ON COLUMN devshare.tile.hashes IS 'SHA-256 hashes of 32 bytes each, one behind the other, 1 to 256 of them.';
-- Hashes cannot be compressed.
ALTER TABLE devshare.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE devshare.checkpoint (
    ledger    integer     NOT NULL,
    size      bigint      NOT NULL,
    root      bytea       NOT NULL,
    note      text        COLLATE "C" NOT NULL,
    sealed_at timestamptz NOT NULL,
    PRIMARY KEY (ledger, size)
);
COMMENT ON TABLE  devshare.checkpoint           IS 'Signed tree heads: whoever holds one can prove what was in the log when it was made.';
COMMENT ON COLUMN devshare.checkpoint.ledger    IS 'The ledger the tree is over.';
COMMENT ON COLUMN devshare.checkpoint.size      IS 'Events in the tree: those at positions 1 to size.';
COMMENT ON COLUMN devshare.checkpoint.root      IS 'Root of the tree, as in the note.';
COMMENT ON COLUMN devshare.checkpoint.note      IS 'The checkpoint as it was published: c2sp.org/tlog-checkpoint, signed with Ed25519.';
COMMENT ON COLUMN devshare.checkpoint.sealed_at IS 'When it was signed, by the sealer''s clock; not part of what is signed.';

CREATE TRIGGER checkpoint_is_append_only BEFORE UPDATE OR DELETE ON devshare.checkpoint
    FOR EACH ROW EXECUTE FUNCTION devshare.refuse_change();
CREATE TRIGGER checkpoint_is_not_truncated BEFORE TRUNCATE ON devshare.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION devshare.refuse_change();

CREATE FUNCTION devshare.tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER tile_only_grows BEFORE UPDATE ON devshare.tile
    FOR EACH ROW EXECUTE FUNCTION devshare.tile_grows();
CREATE TRIGGER tile_is_append_only BEFORE DELETE ON devshare.tile
    FOR EACH ROW EXECUTE FUNCTION devshare.refuse_change();
CREATE TRIGGER tile_is_not_truncated BEFORE TRUNCATE ON devshare.tile
    FOR EACH STATEMENT EXECUTE FUNCTION devshare.refuse_change();

-- The one way to seal. What it is given was computed by the program, which has the key; it sees to it
-- that checkpoints follow each other, cover only what is committed, and come with their tiles.
CREATE FUNCTION devshare.checkpoint_seal(
    in_ledger    integer,
    in_previous  bigint,
    in_size      bigint,
    in_root      bytea,
    in_note      text,
    in_sealed_at timestamptz,
    in_level     smallint[],
    in_tile      bigint[],
    in_hashes    bytea[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sealed bigint := coalesce((SELECT max(c.size) FROM devshare.checkpoint c WHERE c.ledger = in_ledger), 0);
    head   bigint := (SELECT l.position FROM devshare.ledger l WHERE l.ledger = in_ledger);
BEGIN
    IF sealed <> in_previous OR in_size <= sealed OR in_size > coalesce(head, 0) THEN
        RAISE EXCEPTION 'a checkpoint of size % cannot follow one of size % where the ledger has % events', in_size, sealed, head
            USING ERRCODE = 'DS004';
    END IF;
    IF octet_length(in_root) <> 32 OR EXISTS (
        SELECT FROM unnest(in_hashes) AS h(hashes)
         WHERE octet_length(h.hashes) NOT BETWEEN 32 AND 8192 OR octet_length(h.hashes) % 32 <> 0) THEN
        RAISE EXCEPTION 'a hash has 32 bytes, and a tile 1 to 256 hashes' USING ERRCODE = 'DS004';
    END IF;
    INSERT INTO devshare.tile (ledger, level, tile, hashes)
    SELECT in_ledger, t.level, t.tile, t.hashes FROM unnest(in_level, in_tile, in_hashes) AS t(level, tile, hashes)
    ON CONFLICT (ledger, level, tile) DO UPDATE SET hashes = excluded.hashes;
    INSERT INTO devshare.checkpoint (ledger, size, root, note, sealed_at)
    VALUES (in_ledger, in_size, in_root, in_note, in_sealed_at);
    PERFORM pg_notify('devshare_checkpoint_' || in_ledger, in_size::text);
END
$$;
COMMENT ON FUNCTION devshare.checkpoint_seal IS 'Adds a checkpoint and the tiles that have grown since the one before it, and notifies followers on channel devshare_checkpoint_N.';

REVOKE ALL ON FUNCTION devshare.checkpoint_seal, devshare.tile_grows FROM PUBLIC;
GRANT SELECT ON devshare.tile, devshare.checkpoint TO devshare_app;
GRANT EXECUTE ON FUNCTION devshare.checkpoint_seal TO devshare_app;
