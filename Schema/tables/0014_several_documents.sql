-- A person has more than one citizenship, and more than one document. Fingerprints made before stay as they are.
ALTER TABLE devshare.identity_fingerprint
    DROP CONSTRAINT identity_fingerprint_citizenship_check,
    DROP CONSTRAINT identity_fingerprint_document_check,
    ADD CONSTRAINT identity_fingerprint_citizenship_check
        CHECK (octet_length(citizenship) >= 32 AND octet_length(citizenship) <= 256 AND octet_length(citizenship) % 32 = 0),
    ADD CONSTRAINT identity_fingerprint_document_check
        CHECK (
            octet_length(document) = 32
            OR (octet_length(document) >= 96 AND octet_length(document) <= 768 AND octet_length(document) % 96 = 0));

COMMENT ON COLUMN devshare.identity_fingerprint.citizenship IS
    'Fingerprints of the citizenships, 32 bytes each, at most eight; null where none was given.';
COMMENT ON COLUMN devshare.identity_fingerprint.document IS
    'Of each identity document, at most eight: fingerprints of type and number together, of the type, and of the issuing country (zeros where it is not known), 32 bytes each. 32 bytes alone are of type and number, made before the others were. Null where no document was given.';
