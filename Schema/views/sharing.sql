-- rebuild_swap moves the view to the rebuilt table.
CREATE OR REPLACE VIEW devshare.sharing AS
    SELECT ledger, request, requester AS user_id, owner, device, decided_at AS since, ended_at
      FROM devshare.share_request
     WHERE state IN ('active', 'ended');
COMMENT ON VIEW   devshare.sharing          IS 'Active and ended sharings. A sharing is what an approved request became, and is known by the request''s identifier.';
COMMENT ON COLUMN devshare.sharing.ledger   IS 'The ledger that the sharing belongs to.';
COMMENT ON COLUMN devshare.sharing.request  IS 'Identifier of the request that became the sharing.';
COMMENT ON COLUMN devshare.sharing.user_id  IS 'The user who logs in with another''s device.';
COMMENT ON COLUMN devshare.sharing.owner    IS 'The user whose device it is.';
COMMENT ON COLUMN devshare.sharing.device   IS 'The shared device.';
COMMENT ON COLUMN devshare.sharing.since    IS 'When it began.';
COMMENT ON COLUMN devshare.sharing.ended_at IS 'When it ended; null while it is active.';
REVOKE ALL ON devshare.sharing FROM PUBLIC, devshare_app;
GRANT SELECT ON devshare.sharing TO devshare_app;
