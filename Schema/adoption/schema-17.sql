-- Makes of a database of schema 17 what the numbered files make. Schema 17 was the schema before these files: its own
-- files were 0001_ledger.sql to 0017_indexes.sql, whose digests are in schema-17.sha256. The repeatable files follow in the
-- same transaction. Programs of schema 17 must be stopped: they cannot work with the result.

-- Appends take this lock first, so none is half way.
LOCK TABLE devshare.ledger IN EXCLUSIVE MODE;
-- An unfinished rebuild has the old names; the next rebuild begins from nothing anyway.
DROP SCHEMA IF EXISTS devshare_rebuild CASCADE;

-- Its programs are stopped, so its functions need not stay where the present ones have another signature.
DROP FUNCTION devshare.sharing_append, devshare.webhook_add, devshare.webhook_fan_out, devshare.webhook_claim,
    devshare.webhook_delivered;

-- Which portal submitted a request. Of requests of before nobody knows, so they stay open to all portals. The key is made
-- again, so that it is the newest index: tables/0007_share_request.sql says why.
ALTER TABLE devshare.share_request ADD COLUMN submitter text COLLATE "C";
ALTER TABLE devshare.share_request DROP CONSTRAINT share_request_pkey;
CREATE INDEX share_request_submitter ON devshare.share_request (ledger, submitter, request);
ALTER TABLE devshare.share_request ADD CONSTRAINT share_request_pkey PRIMARY KEY (ledger, request);

-- No subscription of before was made by an auditor, so none of them is sent confidential types of event from now on, queued ones
-- included. Whether receivers may have private addresses is a setting of the server.
ALTER TABLE devshare.webhook_subscription
    DROP COLUMN allows_private,
    ADD COLUMN audience     text COLLATE "C" NOT NULL DEFAULT 'internal' CHECK (audience IN ('portal', 'internal')),
    ADD COLUMN confidential boolean NOT NULL DEFAULT false,
    ADD COLUMN started      bigint  CHECK (started >= 0);
UPDATE devshare.webhook_subscription SET started = position;
ALTER TABLE devshare.webhook_subscription ALTER COLUMN started SET NOT NULL;

ALTER TABLE devshare.participant RENAME TO directory_user;
ALTER INDEX devshare.participant_entity RENAME TO directory_user_entity;
DO $$
DECLARE
    old_name name;
BEGIN
    FOR old_name IN SELECT conname FROM pg_constraint
                     WHERE conrelid = 'devshare.directory_user'::regclass AND starts_with(conname, 'participant_') LOOP
        EXECUTE format('ALTER TABLE devshare.directory_user RENAME CONSTRAINT %I TO %I',
                       old_name, 'directory_user_' || substr(old_name, length('participant_') + 1));
    END LOOP;
END
$$;

-- Comments whose words have changed.
COMMENT ON TABLE devshare.event IS 'What happened, in commit order, for ever. ledger_append inserts rows, and nothing changes them but an archive, which takes their data.';
COMMENT ON COLUMN devshare.event.metadata IS 'Who and why, RFC 8785 canonical JSON: actor, role, correlation, causation, policy, traceparent; v is the version of this shape, 1 if absent.';
COMMENT ON TABLE devshare.idempotency_record IS 'Which command a caller''s idempotency key was for, so that a repetition is answered and not carried out again.';
COMMENT ON COLUMN devshare.idempotency_record.first_position IS 'Position of the first event of the command; one more than last_position if it changed nothing.';
COMMENT ON COLUMN devshare.idempotency_record.recorded_at IS 'When the command was decided; records older than the retention are removed.';
COMMENT ON INDEX devshare.idempotency_record_age IS 'Finds records past their retention.';
COMMENT ON TABLE devshare.directory_user IS 'Users (login names) of the broker, whether they take part in a request or not.';
COMMENT ON TABLE devshare.device IS 'Security devices and their holders.';
COMMENT ON COLUMN devshare.device.holder IS 'The user whom the device was issued to.';
COMMENT ON COLUMN devshare.identity_fingerprint.us_person IS 'Citizen or resident of the United States: the social security number takes the place of the document.';
COMMENT ON TABLE devshare.share_request IS 'The present state of every share request.';
COMMENT ON COLUMN devshare.share_request.expires_at IS 'When a pending request expires.';
COMMENT ON COLUMN devshare.share_request.claimed_until IS 'When that claim expires.';
COMMENT ON COLUMN devshare.share_request.reasons IS 'An officer''s reason, then the error codes of the rules that did not pass, the primary one first.';
COMMENT ON COLUMN devshare.share_request.escalates_at IS 'When a pending request will be escalated; null once it is, and if the policy has no such time.';
COMMENT ON COLUMN devshare.share_request.closed_at IS 'When it was withdrawn, or expired because nobody decided.';
COMMENT ON COLUMN devshare.share_request.submitter IS 'The portal that submitted it; null for requests older than this column, which every portal may see and act on.';
COMMENT ON INDEX devshare.share_request_submitter IS 'The requests of one portal, in order of submission.';
COMMENT ON INDEX devshare.share_request_open IS 'A user has at most one open request or active sharing, whatever the program believes.';
COMMENT ON INDEX devshare.share_request_queue IS 'The officers'' queue and the expiry timer: what expires first comes first.';
COMMENT ON INDEX devshare.share_request_closed IS 'Requests that were withdrawn or expired, by time.';
COMMENT ON COLUMN devshare.tile.tile IS 'Place in the level, from 0: the first hash covers the events after position tile * 256^(level + 1).';
COMMENT ON TABLE devshare.checkpoint IS 'Signed tree heads: a holder of one can prove what was in the log when it was made.';
COMMENT ON TABLE devshare.webhook_subscription IS 'Who is told about events, and where.';
COMMENT ON COLUMN devshare.webhook_subscription.ledger IS 'The ledger whose events are sent.';
COMMENT ON COLUMN devshare.webhook_subscription.audience IS 'For whom the events are written: internal, as the log has them; or portal, without what clients must not know.';
COMMENT ON COLUMN devshare.webhook_subscription.confidential IS 'Whether it is sent confidential types of event: an auditor made it.';
COMMENT ON COLUMN devshare.webhook_subscription.started IS 'It began behind this position; events before it are for auditors to send. Of subscriptions older than this column: the position where they were.';
COMMENT ON COLUMN devshare.webhook_subscription.position IS 'Cursor: the last event that was looked at. Earlier events are sent, have rows in webhook_delivery, or were not wanted.';
COMMENT ON TABLE devshare.webhook_secret IS 'Secrets that sign the messages to a subscription''s receiver (HMAC-SHA-256).';
COMMENT ON TABLE devshare.webhook_delivery IS 'Streams with events that a subscription has still to be sent. A row goes when all of them are sent.';
COMMENT ON COLUMN devshare.webhook_delivery.parked_at IS 'When it was given up until an operator replays it; later events of the stream wait.';
COMMENT ON COLUMN devshare.webhook_delivery.lease IS 'Made by the process that sends it now; null while none does.';
COMMENT ON COLUMN devshare.webhook_delivery.first_attempt_at IS 'When the first attempt was: the time for retries is counted from it.';
COMMENT ON COLUMN devshare.webhook_delivery.attempted_at IS 'When the last attempt was.';
COMMENT ON INDEX devshare.webhook_delivery_due IS 'Deliveries that a subscription''s receiver is to be sent now; parked ones are not in it.';
COMMENT ON INDEX devshare.webhook_delivery_parked IS 'Deliveries that a subscription''s receiver is not sent until an operator replays them.';
COMMENT ON TYPE devshare.append_outcome IS 'The outcome of a batch of commands. Every event of a command that it does not name was appended.';
COMMENT ON COLUMN devshare.append_outcome.first_position IS 'Position of the first event of the batch, or of the next one if nothing was appended.';
COMMENT ON COLUMN devshare.append_outcome.refused_stream IS 'For each, the stream that does not have the version that its decision saw; 0 if it has no condition.';
