CREATE TABLE devshare.webhook_delivery (
    ledger           integer     NOT NULL,
    subscription     uuid        NOT NULL,
    stream           text        COLLATE "C" NOT NULL,
    position         bigint      NOT NULL,
    last_position    bigint      NOT NULL,
    due_at           timestamptz,
    parked_at        timestamptz,
    lease            uuid,
    attempts         integer     NOT NULL DEFAULT 0,
    first_attempt_at timestamptz,
    attempted_at     timestamptz,
    status           smallint,
    problem          text        COLLATE "C",
    PRIMARY KEY (ledger, subscription, stream),
    FOREIGN KEY (ledger, subscription) REFERENCES devshare.webhook_subscription ON DELETE CASCADE,
    CHECK (position <= last_position),
    CHECK ((due_at IS NULL) = (parked_at IS NOT NULL))
);
COMMENT ON TABLE  devshare.webhook_delivery                  IS 'Streams with events that a subscription has still to be sent. A row goes when all of them are sent.';
COMMENT ON COLUMN devshare.webhook_delivery.ledger           IS 'The subscription''s ledger.';
COMMENT ON COLUMN devshare.webhook_delivery.subscription     IS 'The subscription.';
COMMENT ON COLUMN devshare.webhook_delivery.stream           IS 'The stream. Its events are sent one after the other.';
COMMENT ON COLUMN devshare.webhook_delivery.position         IS 'The event to be sent next.';
COMMENT ON COLUMN devshare.webhook_delivery.last_position    IS 'The last event of the stream that the cursor has passed and that is wanted.';
COMMENT ON COLUMN devshare.webhook_delivery.due_at           IS 'When it may be sent: the next attempt, or the end of the lease. Null when parked.';
COMMENT ON COLUMN devshare.webhook_delivery.parked_at        IS 'When it was given up until an operator replays it; later events of the stream wait.';
COMMENT ON COLUMN devshare.webhook_delivery.lease            IS 'Made by the process that sends it now; null while none does.';
COMMENT ON COLUMN devshare.webhook_delivery.attempts         IS 'How often sending this event was begun.';
COMMENT ON COLUMN devshare.webhook_delivery.first_attempt_at IS 'When the first attempt was: the time for retries is counted from it.';
COMMENT ON COLUMN devshare.webhook_delivery.attempted_at     IS 'When the last attempt was.';
COMMENT ON COLUMN devshare.webhook_delivery.status           IS 'HTTP status of the last answer; null where there was none.';
COMMENT ON COLUMN devshare.webhook_delivery.problem          IS 'What was wrong the last time: a code, and a sentence.';

-- Only rows with a due time. An index of all rows begins like the key and is smaller, so the planner would look up a
-- delivery by its stream through it, and read all that waits for every message.
CREATE INDEX webhook_delivery_due ON devshare.webhook_delivery (ledger, subscription, due_at) WHERE due_at IS NOT NULL;
COMMENT ON INDEX devshare.webhook_delivery_due IS 'Deliveries that a subscription''s receiver is to be sent now; parked ones are not in it.';
-- Parked deliveries are counted and listed apart from waiting ones, of which there may be a million times as many. They
-- are rare, so the index costs nothing when events are sent. An index of all deliveries by position would cost a fifth
-- more WAL for each event sent, for a list that only people ask for.
CREATE INDEX webhook_delivery_parked ON devshare.webhook_delivery (ledger, subscription, position)
    WHERE parked_at IS NOT NULL;
COMMENT ON INDEX devshare.webhook_delivery_parked IS 'Deliveries that a subscription''s receiver is not sent until an operator replays them.';
