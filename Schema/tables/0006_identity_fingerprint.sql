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
    social_security_number bytea   CHECK (octet_length(social_security_number) = 32)
);
COMMENT ON TABLE  devshare.identity_fingerprint                        IS 'HMAC-SHA-256 of each normalised identity attribute. Personal data itself is stored nowhere; a row here can be erased at any time.';
COMMENT ON COLUMN devshare.identity_fingerprint.ledger                 IS 'The ledger the user belongs to.';
COMMENT ON COLUMN devshare.identity_fingerprint.user_id                IS 'Whose identity.';
COMMENT ON COLUMN devshare.identity_fingerprint.key_id                 IS 'Which secret key made the fingerprints; only those of one key can be compared.';
COMMENT ON COLUMN devshare.identity_fingerprint.us_person              IS 'Citizen or resident of the United States: the social security number takes the place of the document.';
COMMENT ON COLUMN devshare.identity_fingerprint.date_of_birth          IS 'Fingerprint of the date of birth; null where it was not given.';
COMMENT ON COLUMN devshare.identity_fingerprint.citizenship            IS 'Fingerprint of the citizenship; null where it was not given.';
COMMENT ON COLUMN devshare.identity_fingerprint.residence              IS 'Fingerprint of the country of legal residence; null where it was not given.';
COMMENT ON COLUMN devshare.identity_fingerprint.document               IS 'Fingerprint of the identity document''s type and number; null where it was not given.';
COMMENT ON COLUMN devshare.identity_fingerprint.social_security_number IS 'Fingerprint of the social security number; null where it was not given.';

CREATE INDEX identity_fingerprint_birth ON devshare.identity_fingerprint (ledger, date_of_birth);
COMMENT ON INDEX devshare.identity_fingerprint_birth IS 'Users who may have identical identity data: whose devices a user may ask for.';
-- The key is the newest index: 0007_share_request.sql says why.
ALTER TABLE devshare.identity_fingerprint ADD CONSTRAINT identity_fingerprint_pkey PRIMARY KEY (ledger, user_id);
