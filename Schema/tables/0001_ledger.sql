CREATE TABLE devshare.ledger (
    ledger      integer     PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name        text        COLLATE "C" NOT NULL UNIQUE CHECK (name <> ''),
    position    bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    recorded_at timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE  devshare.ledger             IS 'One gap-free sequence of events: one per tenant. Its row lock serialises appends.';
COMMENT ON COLUMN devshare.ledger.ledger      IS 'Key of the ledger; the first column of every other key, and so the sharding key.';
COMMENT ON COLUMN devshare.ledger.name        IS 'Name of the ledger, part of what every leaf hash covers.';
COMMENT ON COLUMN devshare.ledger.position    IS 'Position of the newest event; 0 where there is none.';
COMMENT ON COLUMN devshare.ledger.recorded_at IS 'The latest recorded_at of any event; no event is more than a minute behind the latest before it.';
