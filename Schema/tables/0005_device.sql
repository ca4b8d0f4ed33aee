CREATE TABLE devshare.device (
    ledger       integer     NOT NULL,
    device_id    text        COLLATE "C" NOT NULL,
    holder       text        COLLATE "C" NOT NULL,
    kind         text        COLLATE "C" NOT NULL,
    status       text        COLLATE "C" NOT NULL CHECK (status IN ('issued', 'active', 'deactivated', 'lost')),
    activated_at timestamptz,
    expires_at   timestamptz,
    PRIMARY KEY (ledger, device_id)
);
COMMENT ON TABLE  devshare.device              IS 'Security devices and their holders.';
COMMENT ON COLUMN devshare.device.ledger       IS 'The ledger the device belongs to.';
COMMENT ON COLUMN devshare.device.device_id    IS 'The broker''s identifier of the device.';
COMMENT ON COLUMN devshare.device.holder       IS 'The user whom the device was issued to.';
COMMENT ON COLUMN devshare.device.kind         IS 'Kind of device, as in the policy''s device catalogue.';
COMMENT ON COLUMN devshare.device.status       IS 'issued, active, deactivated or lost.';
COMMENT ON COLUMN devshare.device.activated_at IS 'When it was last activated.';
COMMENT ON COLUMN devshare.device.expires_at   IS 'End of a temporary device.';

CREATE INDEX device_holder ON devshare.device (ledger, holder);
COMMENT ON INDEX devshare.device_holder IS 'The devices of one user.';
