CREATE OR REPLACE FUNCTION devshare.directory_apply(in_ledger integer, in_directory jsonb, out_commands integer[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO devshare.directory_user (ledger, user_id, entity, entity_kind, registered_at, status)
    SELECT DISTINCT ON (r.user_id)
           in_ledger, r.user_id, r.entity, r.entity_kind, r.registered_at, r.status
      FROM jsonb_to_recordset(in_directory -> 'users')
        AS r(command integer, user_id text, entity text, entity_kind text, registered_at timestamptz,
             status text)
     WHERE r.command <> ALL (out_commands)
     ORDER BY r.user_id, r.command DESC
    ON CONFLICT (ledger, user_id) DO UPDATE
       SET entity = excluded.entity, entity_kind = excluded.entity_kind,
           registered_at = excluded.registered_at, status = excluded.status;

    INSERT INTO devshare.device (ledger, device_id, holder, kind, status, activated_at, expires_at)
    SELECT DISTINCT ON (r.device_id)
           in_ledger, r.device_id, r.holder, r.kind, r.status, r.activated_at, r.expires_at
      FROM jsonb_to_recordset(in_directory -> 'devices')
        AS r(command integer, device_id text, holder text, kind text, status text,
             activated_at timestamptz, expires_at timestamptz)
     WHERE r.command <> ALL (out_commands)
     ORDER BY r.device_id, r.command DESC
    ON CONFLICT (ledger, device_id) DO UPDATE
       SET holder = excluded.holder, kind = excluded.kind, status = excluded.status,
           activated_at = excluded.activated_at, expires_at = excluded.expires_at;

    INSERT INTO devshare.identity_fingerprint (ledger, user_id, key_id, us_person, date_of_birth,
                                               citizenship, residence, document, social_security_number)
    SELECT DISTINCT ON (r.user_id)
           in_ledger, r.user_id, r.key_id, r.us_person, decode(r.date_of_birth, 'hex'),
           decode(r.citizenship, 'hex'), decode(r.residence, 'hex'), decode(r.document, 'hex'),
           decode(r.social_security_number, 'hex')
      FROM jsonb_to_recordset(in_directory -> 'fingerprints')
        AS r(command integer, user_id text, key_id text, us_person boolean, date_of_birth text,
             citizenship text, residence text, document text, social_security_number text)
     WHERE r.command <> ALL (out_commands) AND r.key_id IS NOT NULL
     ORDER BY r.user_id, r.command DESC
    ON CONFLICT (ledger, user_id) DO UPDATE
       SET key_id = excluded.key_id, us_person = excluded.us_person,
           date_of_birth = excluded.date_of_birth, citizenship = excluded.citizenship,
           residence = excluded.residence, document = excluded.document,
           social_security_number = excluded.social_security_number;

    DELETE FROM devshare.identity_fingerprint f
     WHERE f.ledger = in_ledger
       AND f.user_id = ANY (ARRAY(
           SELECT e.user_id FROM jsonb_to_recordset(in_directory -> 'erasures') AS e(command integer, user_id text)
            WHERE e.command <> ALL (out_commands)
              -- Fingerprints that a later command brought stay.
              AND NOT EXISTS (
                  SELECT FROM jsonb_to_recordset(in_directory -> 'fingerprints')
                         AS r(command integer, user_id text, key_id text)
                   WHERE r.user_id = e.user_id AND r.command > e.command AND r.command <> ALL (out_commands)
                     AND r.key_id IS NOT NULL)));
END
$$;
COMMENT ON FUNCTION devshare.directory_apply IS 'Writes the directory''s rows of the appended commands; part of sharing_append.';
REVOKE ALL ON FUNCTION devshare.directory_apply FROM PUBLIC, devshare_app;
