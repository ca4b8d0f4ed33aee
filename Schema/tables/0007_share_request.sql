-- Read model of share requests and of the sharings that approved requests became.
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
    escalates_at       timestamptz,
    escalated_at       timestamptz,
    closed_at          timestamptz,
    submitter          text        COLLATE "C"
);
COMMENT ON TABLE  devshare.share_request                    IS 'The present state of every share request.';
COMMENT ON COLUMN devshare.share_request.ledger             IS 'The ledger the request belongs to.';
COMMENT ON COLUMN devshare.share_request.request            IS 'Identifier of the request, a UUID of version 7: it sorts by time.';
COMMENT ON COLUMN devshare.share_request.requester          IS 'The user who wants to log in with another''s device.';
COMMENT ON COLUMN devshare.share_request.owner              IS 'The user whose device it is.';
COMMENT ON COLUMN devshare.share_request.device             IS 'The device asked for.';
COMMENT ON COLUMN devshare.share_request.state              IS 'submitted, compliance-pending, approved, active, rejected, withdrawn, expired or ended; nothing leaves rejected, withdrawn, expired and ended.';
COMMENT ON COLUMN devshare.share_request.submitted_at       IS 'When it was submitted.';
COMMENT ON COLUMN devshare.share_request.decided_at         IS 'When it was approved or rejected.';
COMMENT ON COLUMN devshare.share_request.expires_at         IS 'When a pending request expires.';
COMMENT ON COLUMN devshare.share_request.ended_at           IS 'When the sharing ended.';
COMMENT ON COLUMN devshare.share_request.approvals_required IS 'How many officers must approve; 0 unless the request is pending.';
COMMENT ON COLUMN devshare.share_request.endorsed_by        IS 'The officer who gave the first of two approvals.';
COMMENT ON COLUMN devshare.share_request.claimed_by         IS 'The officer who works on it.';
COMMENT ON COLUMN devshare.share_request.claimed_until      IS 'When that claim expires.';
COMMENT ON COLUMN devshare.share_request.reasons            IS 'An officer''s reason, then the error codes of the rules that did not pass, the primary one first.';
COMMENT ON COLUMN devshare.share_request.escalates_at       IS 'When a pending request will be escalated; null once it is, and if the policy has no such time.';
COMMENT ON COLUMN devshare.share_request.escalated_at       IS 'When a pending request was escalated.';
COMMENT ON COLUMN devshare.share_request.closed_at          IS 'When it was withdrawn, or expired because nobody decided.';
COMMENT ON COLUMN devshare.share_request.submitter          IS 'The portal that submitted it; null for requests older than this column, which every portal may see and act on.';

CREATE UNIQUE INDEX share_request_open ON devshare.share_request (ledger, requester)
    WHERE state IN ('compliance-pending', 'active');
COMMENT ON INDEX devshare.share_request_open IS 'A user has at most one open request or active sharing, whatever the program believes.';
CREATE INDEX share_request_standing ON devshare.share_request (ledger, device) WHERE state = 'active';
COMMENT ON INDEX devshare.share_request_standing IS 'Who logs in with a device.';

-- Pending requests are few among all, so their indexes stay small, and an approval by policy does not touch them.
CREATE INDEX share_request_queue ON devshare.share_request (ledger, expires_at, request)
    WHERE state = 'compliance-pending';
COMMENT ON INDEX devshare.share_request_queue IS 'The officers'' queue and the expiry timer: what expires first comes first.';
CREATE INDEX share_request_queue_age ON devshare.share_request (ledger, submitted_at, request)
    WHERE state = 'compliance-pending';
COMMENT ON INDEX devshare.share_request_queue_age IS 'The officers'' queue, what has waited longest first.';
CREATE INDEX share_request_queue_requester ON devshare.share_request (ledger, requester, request)
    WHERE state = 'compliance-pending';
COMMENT ON INDEX devshare.share_request_queue_requester IS 'The officers'' queue by requester.';
CREATE INDEX share_request_escalation ON devshare.share_request (ledger, escalates_at, request)
    WHERE state = 'compliance-pending' AND escalates_at IS NOT NULL;
COMMENT ON INDEX devshare.share_request_escalation IS 'The escalation timer: what is to be escalated next.';
CREATE INDEX share_request_escalated ON devshare.share_request (ledger, escalated_at, request)
    WHERE state = 'compliance-pending' AND escalated_at IS NOT NULL;
COMMENT ON INDEX devshare.share_request_escalated IS 'Escalated requests that still wait.';
CREATE INDEX share_request_claimed ON devshare.share_request (ledger, claimed_by, claimed_until)
    WHERE state = 'compliance-pending' AND claimed_by IS NOT NULL;
COMMENT ON INDEX devshare.share_request_claimed IS 'What officers work on.';

-- A request that a policy decides is decided as it is submitted; one that is decided later went through compliance.
CREATE INDEX share_request_worked ON devshare.share_request (ledger, decided_at) WHERE decided_at > submitted_at;
COMMENT ON INDEX devshare.share_request_worked IS 'Decisions on requests that were pending, by time.';
CREATE INDEX share_request_closed ON devshare.share_request (ledger, closed_at) WHERE closed_at IS NOT NULL;
COMMENT ON INDEX devshare.share_request_closed IS 'Requests that were withdrawn or expired, by time.';
-- A B-tree without NULLs: 0003_idempotency_record.sql says why.
CREATE INDEX share_request_submitted ON devshare.share_request (ledger, submitted_at) WHERE submitted_at IS NOT NULL;
COMMENT ON INDEX devshare.share_request_submitted IS 'Requests of a day.';

-- The pages of a request and of a user ask for the other requests of the same people.
CREATE INDEX share_request_requester ON devshare.share_request (ledger, requester, request);
COMMENT ON INDEX devshare.share_request_requester IS 'The requests of one user, in order of submission.';
CREATE INDEX share_request_owner ON devshare.share_request (ledger, owner, request);
COMMENT ON INDEX devshare.share_request_owner IS 'The requests for devices of one user, in order of submission.';
CREATE INDEX share_request_submitter ON devshare.share_request (ledger, submitter, request);
COMMENT ON INDEX devshare.share_request_submitter IS 'The requests of one portal, in order of submission.';

-- The key is made last, on purpose. A connection makes a plan once, perhaps while the tables are empty, and keeps it until
-- statistics are gathered. Of indexes that cost alike, as all do on an empty table, PostgreSQL takes the newest: with the
-- key first, a request was looked up through (ledger, owner, request), which reads all requests of the ledger. An index
-- that is added later must come before the key too (drop the key and make it again), or hold no NULLs of a column that
-- look-ups by key do not name. PlanTests watches over it, and rebuild_begin keeps the order.
ALTER TABLE devshare.share_request ADD CONSTRAINT share_request_pkey PRIMARY KEY (ledger, request);
