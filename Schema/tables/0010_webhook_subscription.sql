-- Webhooks: who is told about events, and what is still to be sent.
--
-- The log is the outbox. A subscription has a cursor into it, and an append writes nothing here. The events that the
-- cursor passes become deliveries: one row for each stream (user, device, request) that has events to be sent, holding the
-- first of them. So events of one stream are sent in their order, one that fails holds up its own stream and no other, and
-- a receiver that was away for days costs a row a stream and not a row an event.
--
-- A process that sends an event leases its row: it is not due again before the lease ends, and only the holder of the
-- lease can settle it. So any number of processes send from one database, each event is sent by one of them, and the
-- leases of a killed process become due again by themselves. All moments are those of the database's clock.
CREATE TABLE devshare.webhook_subscription (
    ledger         integer     NOT NULL REFERENCES devshare.ledger,
    subscription   uuid        NOT NULL,
    url            text        COLLATE "C" NOT NULL CHECK (url <> ''),
    event_types    text[]      COLLATE "C" NOT NULL,
    state          text        COLLATE "C" NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'stopped')),
    position       bigint      NOT NULL CHECK (position >= 0),
    replay         text        COLLATE "C",
    created_at     timestamptz NOT NULL DEFAULT statement_timestamp(),
    created_by     text        COLLATE "C" NOT NULL,
    audience       text        COLLATE "C" NOT NULL DEFAULT 'internal' CHECK (audience IN ('portal', 'internal')),
    confidential   boolean     NOT NULL DEFAULT false,
    started        bigint      NOT NULL CHECK (started >= 0),
    PRIMARY KEY (ledger, subscription)
);
COMMENT ON TABLE  devshare.webhook_subscription                IS 'Who is told about events, and where.';
COMMENT ON COLUMN devshare.webhook_subscription.ledger         IS 'The ledger whose events are sent.';
COMMENT ON COLUMN devshare.webhook_subscription.subscription   IS 'Identifier of the subscription.';
COMMENT ON COLUMN devshare.webhook_subscription.url            IS 'Where events are sent.';
COMMENT ON COLUMN devshare.webhook_subscription.event_types    IS 'Which types of event; empty for all.';
COMMENT ON COLUMN devshare.webhook_subscription.state          IS 'active; or stopped, since the receiver said that it is gone for good (410).';
COMMENT ON COLUMN devshare.webhook_subscription.position       IS 'Cursor: the last event that was looked at. Earlier events are sent, have rows in webhook_delivery, or were not wanted.';
COMMENT ON COLUMN devshare.webhook_subscription.replay         IS 'Idempotency key of the last replay: repeated, it changes nothing. Null where there was none.';
COMMENT ON COLUMN devshare.webhook_subscription.created_at     IS 'When it was made.';
COMMENT ON COLUMN devshare.webhook_subscription.created_by     IS 'Who made it.';
COMMENT ON COLUMN devshare.webhook_subscription.audience       IS 'For whom the events are written: internal, as the log has them; or portal, without what clients must not know.';
COMMENT ON COLUMN devshare.webhook_subscription.confidential   IS 'Whether it is sent confidential types of event: an auditor made it.';
COMMENT ON COLUMN devshare.webhook_subscription.started        IS 'It began behind this position; events before it are for auditors to send. Of subscriptions older than this column: the position where they were.';
