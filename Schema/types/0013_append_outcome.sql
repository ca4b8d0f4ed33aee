-- A type, since PostgreSQL makes the row type of OUT parameters for every call.
CREATE TYPE devshare.append_outcome AS (
    first_position        bigint,
    refused_command       integer[],
    refused_stream        integer[],
    refused_version       integer[],
    duplicate_command     integer[],
    duplicate_digest      bytea[],
    duplicate_first       bigint[],
    duplicate_last        bigint[],
    duplicate_subject     text[],
    duplicate_recorded_at timestamptz[],
    recorded_at           timestamptz
);
COMMENT ON TYPE   devshare.append_outcome                       IS 'The outcome of a batch of commands. Every event of a command that it does not name was appended.';
COMMENT ON COLUMN devshare.append_outcome.first_position        IS 'Position of the first event of the batch, or of the next one if nothing was appended.';
COMMENT ON COLUMN devshare.append_outcome.refused_command       IS 'Commands that are in conflict.';
COMMENT ON COLUMN devshare.append_outcome.refused_stream        IS 'For each, the stream that does not have the version that its decision saw; 0 if it has no condition.';
COMMENT ON COLUMN devshare.append_outcome.refused_version       IS 'For each, the version of that stream.';
COMMENT ON COLUMN devshare.append_outcome.duplicate_command     IS 'Commands whose idempotency key is known.';
COMMENT ON COLUMN devshare.append_outcome.duplicate_digest      IS 'For each, the columns of its record: digest of the command,';
COMMENT ON COLUMN devshare.append_outcome.duplicate_first       IS 'position of its first event,';
COMMENT ON COLUMN devshare.append_outcome.duplicate_last        IS 'position of its last event,';
COMMENT ON COLUMN devshare.append_outcome.duplicate_subject     IS 'what it was about,';
COMMENT ON COLUMN devshare.append_outcome.duplicate_recorded_at IS 'and when.';
COMMENT ON COLUMN devshare.append_outcome.recorded_at           IS 'The latest recorded_at of the ledger after the call; null while it is empty.';
