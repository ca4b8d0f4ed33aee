-- Apart from the subscription, so that a reader of subscriptions need not see secrets.
CREATE TABLE devshare.webhook_secret (
    ledger          integer     NOT NULL,
    subscription    uuid        NOT NULL,
    secret          bytea       NOT NULL CHECK (octet_length(secret) BETWEEN 24 AND 64),
    previous_secret bytea       CHECK (octet_length(previous_secret) BETWEEN 24 AND 64),
    previous_until  timestamptz,
    rotation        text        COLLATE "C",
    PRIMARY KEY (ledger, subscription),
    FOREIGN KEY (ledger, subscription) REFERENCES devshare.webhook_subscription ON DELETE CASCADE,
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);
COMMENT ON TABLE  devshare.webhook_secret                 IS 'Secrets that sign the messages to a subscription''s receiver (HMAC-SHA-256).';
COMMENT ON COLUMN devshare.webhook_secret.ledger          IS 'The subscription''s ledger.';
COMMENT ON COLUMN devshare.webhook_secret.subscription    IS 'The subscription.';
COMMENT ON COLUMN devshare.webhook_secret.secret          IS 'The secret in use.';
COMMENT ON COLUMN devshare.webhook_secret.previous_secret IS 'The one before it: until previous_until messages bear a signature of each.';
COMMENT ON COLUMN devshare.webhook_secret.previous_until  IS 'When the previous secret is no longer used.';
COMMENT ON COLUMN devshare.webhook_secret.rotation        IS 'Idempotency key of the rotation that made the secret: repeated, it changes nothing. Null where there was none.';
