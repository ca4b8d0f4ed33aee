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
COMMENT ON TABLE  devshare.idempotency_record                IS 'Which command a caller''s idempotency key was for, so that a repetition is answered and not carried out again.';
COMMENT ON COLUMN devshare.idempotency_record.ledger         IS 'The ledger the command was for.';
COMMENT ON COLUMN devshare.idempotency_record.key            IS 'The caller''s key.';
COMMENT ON COLUMN devshare.idempotency_record.command_digest IS 'SHA-256 of the command; the same key with another command is refused.';
COMMENT ON COLUMN devshare.idempotency_record.first_position IS 'Position of the first event of the command; one more than last_position if it changed nothing.';
COMMENT ON COLUMN devshare.idempotency_record.last_position  IS 'Position of the last event of the command.';
COMMENT ON COLUMN devshare.idempotency_record.subject        IS 'Stream that the command was about: where its answer can be read again.';
COMMENT ON COLUMN devshare.idempotency_record.recorded_at    IS 'When the command was decided; records older than the retention are removed.';

-- A B-tree. A BRIN keeps the first and the last moment that a range of blocks ever held; once a sweep has freed space,
-- new rows go to old blocks, and every range comes to hold all of time.
--
-- The index holds no NULL, and no row has one: the condition keeps the planner from using it for look-ups that do not ask
-- for the time. On an empty table those would take the newest index that begins like their key
-- (0007_share_request.sql says why).
CREATE INDEX idempotency_record_age ON devshare.idempotency_record (ledger, recorded_at) WHERE recorded_at IS NOT NULL;
COMMENT ON INDEX devshare.idempotency_record_age IS 'Finds records past their retention.';
