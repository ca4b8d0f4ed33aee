-- The append-only log.
--
-- It is not partitioned by position. That a stream has no two events of one version is the invariant that every
-- decision rests on, and a unique index over (ledger, stream, version) enforces it. On a table partitioned by position a
-- unique index must contain the position, which makes it worthless; the substitute (a table of stream heads, written
-- with every event) repeats what this index knows and costs more than it saves: new positions and new streams are
-- appended at the right edge of both indexes, so an old log does not slow an append. A very large installation
-- partitions by ledger (LIST or HASH), which every key allows.
--
-- The tables that every append writes have no CHECK constraints: PostgreSQL reads their expressions for every statement,
-- which shows in the latency of a single request. The append function, which alone can insert, makes positions and
-- versions itself.
CREATE TABLE devshare.event (
    ledger         integer     NOT NULL,
    position       bigint      NOT NULL,
    stream         text        COLLATE "C" NOT NULL,
    version        integer     NOT NULL,
    type           text        COLLATE "C" NOT NULL,
    schema_version smallint    NOT NULL,
    recorded_at    timestamptz NOT NULL,
    leaf_hash      bytea       NOT NULL,
    metadata       text        COLLATE "C" NOT NULL,
    data           text        COLLATE "C" NOT NULL,
    CONSTRAINT event_position_key PRIMARY KEY (ledger, position),
    CONSTRAINT event_version_key  UNIQUE (ledger, stream, version)
);
COMMENT ON TABLE  devshare.event                IS 'What happened, in commit order, for ever. ledger_append inserts rows, and nothing changes them but an archive, which takes their data.';
COMMENT ON COLUMN devshare.event.ledger         IS 'The ledger the event belongs to.';
COMMENT ON COLUMN devshare.event.position       IS 'Place in the ledger: 1, 2, 3 … without gaps, in commit order. The leaf index of the Merkle tree is position - 1.';
COMMENT ON COLUMN devshare.event.stream         IS 'What the event is about: user/ID, device/ID, share-request/ID, policy/NAME, archive/SHA-256.';
COMMENT ON COLUMN devshare.event.version        IS 'Place in the stream: 1, 2, 3 … without gaps.';
COMMENT ON COLUMN devshare.event.type           IS 'Kind of event, kebab-case, past tense: share-request-submitted.';
COMMENT ON COLUMN devshare.event.schema_version IS 'Version of the shape of data for this type; older ones are upcast when read.';
COMMENT ON COLUMN devshare.event.recorded_at    IS 'The moment of the decision that made the event.';
COMMENT ON COLUMN devshare.event.leaf_hash      IS 'SHA-256 over the leaf encoding (Schema/LEAF-ENCODING.md) of every column but position.';
COMMENT ON COLUMN devshare.event.metadata       IS 'Who and why, RFC 8785 canonical JSON: actor, role, correlation, causation, policy, traceparent; v is the version of this shape, 1 if absent.';
COMMENT ON COLUMN devshare.event.data           IS 'The event itself, RFC 8785 canonical JSON, kept byte for byte; empty while it is in an archive. Never personal data.';
