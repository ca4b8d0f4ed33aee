-- Read model of share requests and of the sharings that came of them.

CREATE TABLE devshare.share_request (
    ledger             integer     NOT NULL,
    request            uuid        NOT NULL,
    requester          text        COLLATE "C" NOT NULL,
    owner              text        COLLATE "C" NOT NULL,
    device             text        COLLATE "C" NOT NULL,
    state              text        COLLATE "C" NOT NULL,
    submitted_at       timestamptz NOT NULL,
    decided_at         timestamptz,
    expires_at         timestamptz,
    ended_at           timestamptz,
    approvals_required smallint    NOT NULL,
    endorsed_by        text        COLLATE "C",
    claimed_by         text        COLLATE "C",
    claimed_until      timestamptz,
    reasons            text[]      COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, request)
);
COMMENT ON TABLE  devshare.share_request                    IS 'Every share request as it stands now.';
COMMENT ON COLUMN devshare.share_request.ledger             IS 'The ledger the request belongs to.';
COMMENT ON COLUMN devshare.share_request.request            IS 'Identifier of the request, a UUID of version 7: it sorts by time.';
COMMENT ON COLUMN devshare.share_request.requester          IS 'The user who wants to log in with another''s device.';
COMMENT ON COLUMN devshare.share_request.owner              IS 'The user whose device it is.';
COMMENT ON COLUMN devshare.share_request.device             IS 'The device asked for.';
COMMENT ON COLUMN devshare.share_request.state              IS 'submitted, compliance-pending, approved, active, rejected, withdrawn, expired or ended; nothing leaves rejected, withdrawn, expired and ended.';
COMMENT ON COLUMN devshare.share_request.submitted_at       IS 'When it was submitted.';
COMMENT ON COLUMN devshare.share_request.decided_at         IS 'When it was approved or rejected.';
COMMENT ON COLUMN devshare.share_request.expires_at         IS 'When a pending request lapses.';
COMMENT ON COLUMN devshare.share_request.ended_at           IS 'When the sharing ended.';
COMMENT ON COLUMN devshare.share_request.approvals_required IS 'How many officers must approve; 0 unless the request is pending.';
COMMENT ON COLUMN devshare.share_request.endorsed_by        IS 'The officer who gave the first of two approvals.';
COMMENT ON COLUMN devshare.share_request.claimed_by         IS 'The officer who works on it.';
COMMENT ON COLUMN devshare.share_request.claimed_until      IS 'When that claim lapses.';
COMMENT ON COLUMN devshare.share_request.reasons            IS 'Error codes of the rules that did not pass, the primary one first.';

CREATE UNIQUE INDEX share_request_open ON devshare.share_request (ledger, requester)
    WHERE state IN ('compliance-pending', 'active');
COMMENT ON INDEX devshare.share_request_open IS 'A user has at most one open request or standing sharing, whatever the program believes.';
CREATE INDEX share_request_standing ON devshare.share_request (ledger, device) WHERE state = 'active';
COMMENT ON INDEX devshare.share_request_standing IS 'Who logs in with a device.';
CREATE INDEX share_request_queue ON devshare.share_request (ledger, expires_at, request)
    WHERE state = 'compliance-pending';
COMMENT ON INDEX devshare.share_request_queue IS 'The officers'' queue and the expiry timer: what lapses first comes first.';

-- A function, since a rebuild makes the view again over fresh tables.
CREATE FUNCTION devshare.make_sharing_view() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE VIEW devshare.sharing AS
        SELECT ledger, request, requester AS user_id, owner, device, decided_at AS since, ended_at
          FROM devshare.share_request
         WHERE state IN ('active', 'ended');
    COMMENT ON VIEW devshare.sharing IS 'Standing and ended sharings. A sharing is what an approved request became, and is known by the request''s identifier.';
    COMMENT ON COLUMN devshare.sharing.ledger   IS 'The ledger the sharing belongs to.';
    COMMENT ON COLUMN devshare.sharing.request  IS 'Identifier of the request that it came of.';
    COMMENT ON COLUMN devshare.sharing.user_id  IS 'The user who logs in with another''s device.';
    COMMENT ON COLUMN devshare.sharing.owner    IS 'The user whose device it is.';
    COMMENT ON COLUMN devshare.sharing.device   IS 'The shared device.';
    COMMENT ON COLUMN devshare.sharing.since    IS 'When it began.';
    COMMENT ON COLUMN devshare.sharing.ended_at IS 'When it ended; null while it stands.';
END
$$;
COMMENT ON FUNCTION devshare.make_sharing_view IS 'Makes the view devshare.sharing.';
SELECT devshare.make_sharing_view();
