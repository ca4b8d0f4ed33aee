-- The Merkle tree over each ledger.
--
-- The tree's leaf hashes are event.leaf_hash in the order of positions. Its inner hashes are kept as tiles
-- (c2sp.org/tlog-tiles, height 8), so that a proof reads a handful of rows whatever the size of the log, and is still
-- possible when the data of old events are in an archive.
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
COMMENT ON COLUMN devshare.tile.tile   IS 'Place in the level, from 0: the first hash covers the events after position tile * 256^(level + 1).';
COMMENT ON COLUMN devshare.tile.hashes IS 'SHA-256 hashes of 32 bytes each, one behind the other, 1 to 256 of them.';
-- Hashes cannot be compressed.
ALTER TABLE devshare.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
