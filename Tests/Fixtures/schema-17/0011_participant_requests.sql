-- Who looks at a request, or at a user, asks for the other requests of the same people.

CREATE INDEX share_request_requester ON devshare.share_request (ledger, requester, request);
COMMENT ON INDEX devshare.share_request_requester IS 'The requests of one user, in order of submission.';
CREATE INDEX share_request_owner ON devshare.share_request (ledger, owner, request);
COMMENT ON INDEX devshare.share_request_owner IS 'The requests for devices of one user, in order of submission.';
