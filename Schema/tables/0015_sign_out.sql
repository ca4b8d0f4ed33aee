CREATE TABLE devshare.sign_out (
    ledger  integer     NOT NULL REFERENCES devshare.ledger,
    session uuid        NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (ledger, session)
);
COMMENT ON TABLE  devshare.sign_out         IS 'Sessions of the console that were signed out before their time, so that a copy of a session''s cookie opens nothing on any server.';
COMMENT ON COLUMN devshare.sign_out.ledger  IS 'The ledger of the servers that the session was with.';
COMMENT ON COLUMN devshare.sign_out.session IS 'The session''s identifier, which its sealed cookie holds.';
COMMENT ON COLUMN devshare.sign_out.ends_at IS 'When the session would have ended in any case; the row is removed after that.';

-- No row has a NULL: the condition keeps the planner from using the index for look-ups that do not ask for the time.
CREATE INDEX sign_out_ends_at ON devshare.sign_out (ledger, ends_at) WHERE ends_at IS NOT NULL;
COMMENT ON INDEX devshare.sign_out_ends_at IS 'Finds rows of sessions that have ended in any case.';
