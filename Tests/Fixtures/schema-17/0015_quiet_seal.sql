-- Sealing notifies nobody any more: nobody listened, and PostgreSQL lets only one transaction that
-- notifies commit at a time, so every append waited while a checkpoint reached the disk.

CREATE OR REPLACE FUNCTION devshare.checkpoint_seal(
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
END
$$;
COMMENT ON FUNCTION devshare.checkpoint_seal IS 'Adds a checkpoint and the tiles that have grown since the one before it.';
