-- Read models of the directory: who and what there is now. Each row is a function of the log and
-- can be rebuilt from it; decisions are made from the log, these tables answer questions.

CREATE TABLE devshare.participant (
    ledger        integer     NOT NULL,
    user_id       text        COLLATE "C" NOT NULL,
    entity        text        COLLATE "C" NOT NULL,
    entity_kind   text        COLLATE "C" NOT NULL CHECK (entity_kind IN ('individual', 'organization')),
    registered_at timestamptz NOT NULL,
    status        text        COLLATE "C" NOT NULL CHECK (status IN ('open', 'closed')),
    PRIMARY KEY (ledger, user_id)
);
COMMENT ON TABLE  devshare.participant               IS 'Users (login names): each may take part in requests as requester or owner.';
COMMENT ON COLUMN devshare.participant.ledger        IS 'The ledger the user belongs to.';
COMMENT ON COLUMN devshare.participant.user_id       IS 'The login name.';
COMMENT ON COLUMN devshare.participant.entity        IS 'The person or organisation that the login name belongs to.';
COMMENT ON COLUMN devshare.participant.entity_kind   IS 'individual or organization.';
COMMENT ON COLUMN devshare.participant.registered_at IS 'When the broker registered the login name.';
COMMENT ON COLUMN devshare.participant.status        IS 'open, or closed for good.';
CREATE INDEX participant_entity ON devshare.participant (ledger, entity);
COMMENT ON INDEX devshare.participant_entity IS 'The login names of one entity: whose devices a user may ask for.';

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
COMMENT ON TABLE  devshare.device              IS 'Security devices and who holds them.';
COMMENT ON COLUMN devshare.device.ledger       IS 'The ledger the device belongs to.';
COMMENT ON COLUMN devshare.device.device_id    IS 'The broker''s identifier of the device.';
COMMENT ON COLUMN devshare.device.holder       IS 'The user it was issued to.';
COMMENT ON COLUMN devshare.device.kind         IS 'Kind of device, as in the policy''s device catalogue.';
COMMENT ON COLUMN devshare.device.status       IS 'issued, active, deactivated or lost.';
COMMENT ON COLUMN devshare.device.activated_at IS 'When it was last activated.';
COMMENT ON COLUMN devshare.device.expires_at   IS 'End of a temporary device.';
CREATE INDEX device_holder ON devshare.device (ledger, holder);
COMMENT ON INDEX devshare.device_holder IS 'The devices of one user.';

-- Not a read model: fingerprints are never in the log, so that they can be erased.
CREATE TABLE devshare.identity_fingerprint (
    ledger                 integer NOT NULL,
    user_id                text    COLLATE "C" NOT NULL,
    key_id                 text    COLLATE "C" NOT NULL,
    us_person              boolean NOT NULL,
    date_of_birth          bytea   CHECK (octet_length(date_of_birth) = 32),
    citizenship            bytea   CHECK (octet_length(citizenship) = 32),
    residence              bytea   CHECK (octet_length(residence) = 32),
    document               bytea   CHECK (octet_length(document) = 32),
    social_security_number bytea   CHECK (octet_length(social_security_number) = 32),
    PRIMARY KEY (ledger, user_id)
);
COMMENT ON TABLE  devshare.identity_fingerprint                        IS 'HMAC-SHA-256 of each normalised identity attribute. Personal data itself is stored nowhere; a row here can be erased at any time.';
COMMENT ON COLUMN devshare.identity_fingerprint.ledger                 IS 'The ledger the user belongs to.';
COMMENT ON COLUMN devshare.identity_fingerprint.user_id                IS 'Whose identity.';
COMMENT ON COLUMN devshare.identity_fingerprint.key_id                 IS 'Which secret key made the fingerprints; only those of one key can be compared.';
COMMENT ON COLUMN devshare.identity_fingerprint.us_person              IS 'Citizen or resident of the United States: the social security number stands in for the document.';
COMMENT ON COLUMN devshare.identity_fingerprint.date_of_birth          IS 'Fingerprint of the date of birth; null where it was not given.';
COMMENT ON COLUMN devshare.identity_fingerprint.citizenship            IS 'Fingerprint of the citizenship; null where it was not given.';
COMMENT ON COLUMN devshare.identity_fingerprint.residence              IS 'Fingerprint of the country of legal residence; null where it was not given.';
COMMENT ON COLUMN devshare.identity_fingerprint.document               IS 'Fingerprint of the identity document''s type and number; null where it was not given.';
COMMENT ON COLUMN devshare.identity_fingerprint.social_security_number IS 'Fingerprint of the social security number; null where it was not given.';
CREATE INDEX identity_fingerprint_birth ON devshare.identity_fingerprint (ledger, date_of_birth);
COMMENT ON INDEX devshare.identity_fingerprint_birth IS 'Users who may have identical identity data: whose devices a user may ask for.';
