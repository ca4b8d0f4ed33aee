CREATE TABLE devshare.checkpoint (
    ledger    integer     NOT NULL,
    size      bigint      NOT NULL,
    root      bytea       NOT NULL,
    note      text        COLLATE "C" NOT NULL,
    sealed_at timestamptz NOT NULL,
    PRIMARY KEY (ledger, size)
);
COMMENT ON TABLE  devshare.checkpoint           IS 'Signed tree heads: a holder of one can prove what was in the log when it was made.';
COMMENT ON COLUMN devshare.checkpoint.ledger    IS 'The ledger the tree is over.';
COMMENT ON COLUMN devshare.checkpoint.size      IS 'Events in the tree: those at positions 1 to size.';
COMMENT ON COLUMN devshare.checkpoint.root      IS 'Root of the tree, as in the note.';
COMMENT ON COLUMN devshare.checkpoint.note      IS 'The checkpoint as it was published: c2sp.org/tlog-checkpoint, signed with Ed25519.';
COMMENT ON COLUMN devshare.checkpoint.sealed_at IS 'When it was signed, by the sealer''s clock; not part of what is signed.';
