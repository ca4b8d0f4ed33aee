-- The append-only log: ledgers, events, idempotency records.

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
COMMENT ON COLUMN devshare.ledger.recorded_at IS 'The latest recorded_at of any event; time never runs backwards behind a decision that saw it.';

-- Not partitioned by position, on purpose. That a stream has no two events of one version is the
-- invariant every decision rests on, and PostgreSQL enforces it by a unique index over
-- (ledger, stream, version). On a table partitioned by position a unique index must contain the
-- position, which makes it worthless, and the substitute (a table of stream heads, written with
-- every event) repeats what this index knows and costs more than it saves: new positions and new
-- streams are appended at the right edge of both indexes, so an old log does not slow an append.
-- A very large installation partitions by ledger (LIST or HASH), which every key allows.
--
-- No CHECK constraints on the tables that every append writes: their expressions are read anew for
-- every statement, which shows in the latency of a single request, and the append function, which
-- alone can insert, makes positions and versions itself.
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
COMMENT ON TABLE  devshare.event                IS 'What happened, in commit order, for ever. Rows are inserted by ledger_append and never changed.';
COMMENT ON COLUMN devshare.event.ledger         IS 'The ledger the event belongs to.';
COMMENT ON COLUMN devshare.event.position       IS 'Place in the ledger: 1, 2, 3 … without gaps, in commit order. The leaf index of the Merkle tree is position - 1.';
COMMENT ON COLUMN devshare.event.stream         IS 'What the event is about: user/ID, device/ID, share-request/ID, policy/NAME.';
COMMENT ON COLUMN devshare.event.version        IS 'Place in the stream: 1, 2, 3 … without gaps.';
COMMENT ON COLUMN devshare.event.type           IS 'Kind of event, kebab-case, past tense: share-request-submitted.';
COMMENT ON COLUMN devshare.event.schema_version IS 'Version of the shape of data for this type; older ones are upcast when read.';
COMMENT ON COLUMN devshare.event.recorded_at    IS 'The moment of the decision that made the event.';
COMMENT ON COLUMN devshare.event.leaf_hash      IS 'SHA-256 over the leaf encoding (Schema/LEAF-ENCODING.md) of every column but position.';
COMMENT ON COLUMN devshare.event.metadata       IS 'Who and why, RFC 8785 canonical JSON: actor, role, correlation, causation, policy.';
COMMENT ON COLUMN devshare.event.data           IS 'The event itself, RFC 8785 canonical JSON, kept byte for byte. Never personal data.';

CREATE TABLE devshare.idempotency_record (
    ledger         integer     NOT NULL,
    key            text        COLLATE "C" NOT NULL,
    command_digest bytea       NOT NULL,
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL,
    subject        text        COLLATE "C" NOT NULL,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (ledger, key)
);
COMMENT ON TABLE  devshare.idempotency_record                IS 'Which command a caller''s idempotency key stood for, so that a repetition is answered and not repeated.';
COMMENT ON COLUMN devshare.idempotency_record.ledger         IS 'The ledger the command was for.';
COMMENT ON COLUMN devshare.idempotency_record.key            IS 'The caller''s key.';
COMMENT ON COLUMN devshare.idempotency_record.command_digest IS 'SHA-256 of the command; the same key with another command is refused.';
COMMENT ON COLUMN devshare.idempotency_record.first_position IS 'Position of the first event of the command; one more than last_position where it changed nothing.';
COMMENT ON COLUMN devshare.idempotency_record.last_position  IS 'Position of the last event of the command.';
COMMENT ON COLUMN devshare.idempotency_record.subject        IS 'Stream that the command was about: where its answer can be read again.';
COMMENT ON COLUMN devshare.idempotency_record.recorded_at    IS 'When; records older than the retention are removed.';

CREATE INDEX idempotency_record_age ON devshare.idempotency_record USING brin (recorded_at);
COMMENT ON INDEX devshare.idempotency_record_age IS 'Finds what is past its retention; BRIN, since rows arrive in time order.';

-- Append-only means everybody, the owner included.
CREATE FUNCTION devshare.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'DS001', HINT = 'Record a new event that corrects the old one.';
END
$$;
COMMENT ON FUNCTION devshare.refuse_change IS 'Refuses UPDATE, DELETE and TRUNCATE (SQLSTATE DS001).';

CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON devshare.event
    FOR EACH ROW EXECUTE FUNCTION devshare.refuse_change();
CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON devshare.event
    FOR EACH STATEMENT EXECUTE FUNCTION devshare.refuse_change();
