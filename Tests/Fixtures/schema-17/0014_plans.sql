-- Plans that suit large tables from the first.
--
-- A plan is made once for a connection, perhaps while the tables are empty, and kept until statistics are
-- gathered. Of indexes that cost alike, as all do on an empty table, PostgreSQL takes the newest: so a
-- request was looked up through (ledger, owner, request), which reads all requests of the ledger. The
-- primary key is the newest from now on. And what was joined with a list of keys is looked up by each.

ALTER TABLE devshare.share_request DROP CONSTRAINT share_request_pkey;
ALTER TABLE devshare.share_request ADD CONSTRAINT share_request_pkey PRIMARY KEY (ledger, request);
ALTER TABLE devshare.identity_fingerprint DROP CONSTRAINT identity_fingerprint_pkey;
ALTER TABLE devshare.identity_fingerprint ADD CONSTRAINT identity_fingerprint_pkey PRIMARY KEY (ledger, user_id);

CREATE OR REPLACE FUNCTION devshare.sharing_append(
    in_ledger                     integer,
    in_recorded_at                timestamptz,
    in_streams                    text[],
    in_command_conditions         integer[],
    in_command_events             integer[],
    in_command_metadata           text[],
    in_command_key                text[],
    in_command_digest             bytea[],
    in_command_subject            text[],
    in_condition_stream           integer[],
    in_condition_version          integer[],
    in_event_command              integer[],
    in_event_condition            integer[],
    in_event_version              integer[],
    in_event_type                 text[],
    in_event_schema_version       smallint[],
    in_event_data                 text[],
    in_event_leaf_hash            bytea[],
    in_request_command            integer[],
    in_request_is_new             boolean[],
    in_request_id                 uuid[],
    in_request_requester          text[],
    in_request_owner              text[],
    in_request_device             text[],
    in_request_state              text[],
    in_request_submitted_at       timestamptz[],
    in_request_decided_at         timestamptz[],
    in_request_expires_at         timestamptz[],
    in_request_escalates_at       timestamptz[],
    in_request_escalated_at       timestamptz[],
    in_request_closed_at          timestamptz[],
    in_request_ended_at           timestamptz[],
    in_request_approvals_required smallint[],
    in_request_endorsed_by        text[],
    in_request_claimed_by         text[],
    in_request_claimed_until      timestamptz[],
    in_request_reasons            text[],
    in_directory                  jsonb
) RETURNS devshare.append_outcome LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    -- Planning a call anew costs more than running it. The one plan is made while tables may still be
    -- small and is kept while they grow, so it must use their indexes from the start.
    SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off
AS $$
DECLARE
    outcome      devshare.append_outcome;
    out_commands integer[];
BEGIN
    outcome := devshare.ledger_append(
        in_ledger, in_recorded_at, in_streams, in_command_conditions, in_command_events,
        in_command_metadata, in_command_key, in_command_digest, in_command_subject, in_condition_stream,
        in_condition_version, in_event_command, in_event_condition, in_event_version, in_event_type,
        in_event_schema_version, in_event_data, in_event_leaf_hash);
    out_commands := coalesce(outcome.refused_command, '{}') || coalesce(outcome.duplicate_command, '{}');

    IF true = ANY (in_request_is_new) THEN
        INSERT INTO devshare.share_request (
            ledger, request, requester, owner, device, state, submitted_at, decided_at, expires_at, escalates_at,
            escalated_at, closed_at, ended_at, approvals_required, endorsed_by, claimed_by, claimed_until, reasons)
        SELECT in_ledger, in_request_id[r], in_request_requester[r], in_request_owner[r],
               in_request_device[r], in_request_state[r], in_request_submitted_at[r],
               in_request_decided_at[r], in_request_expires_at[r], in_request_escalates_at[r],
               in_request_escalated_at[r], in_request_closed_at[r], in_request_ended_at[r],
               in_request_approvals_required[r], in_request_endorsed_by[r], in_request_claimed_by[r],
               in_request_claimed_until[r], string_to_array(in_request_reasons[r], ' ')
          FROM generate_series(1, cardinality(in_request_id)) r
         WHERE in_request_is_new[r] AND in_request_command[r] <> ALL (out_commands);
    END IF;
    IF false = ANY (in_request_is_new) THEN
        -- One by one and in order, so that of several commands on one request the last counts.
        FOR r IN 1 .. cardinality(in_request_id) LOOP
            CONTINUE WHEN in_request_is_new[r] OR in_request_command[r] = ANY (out_commands);
            UPDATE devshare.share_request s
               SET state = in_request_state[r], decided_at = in_request_decided_at[r],
                   expires_at = in_request_expires_at[r], escalates_at = in_request_escalates_at[r],
                   escalated_at = in_request_escalated_at[r], closed_at = in_request_closed_at[r],
                   ended_at = in_request_ended_at[r], approvals_required = in_request_approvals_required[r],
                   endorsed_by = in_request_endorsed_by[r], claimed_by = in_request_claimed_by[r],
                   claimed_until = in_request_claimed_until[r],
                   reasons = string_to_array(in_request_reasons[r], ' ')
             WHERE s.ledger = in_ledger AND s.request = in_request_id[r];
        END LOOP;
    END IF;
    IF in_directory IS NOT NULL THEN
        PERFORM devshare.directory_apply(in_ledger, in_directory, out_commands);
    END IF;
    RETURN outcome;
END
$$;

CREATE OR REPLACE FUNCTION devshare.directory_apply(in_ledger integer, in_directory jsonb, out_commands integer[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO devshare.participant (ledger, user_id, entity, entity_kind, registered_at, status)
    SELECT DISTINCT ON (r.user_id)
           in_ledger, r.user_id, r.entity, r.entity_kind, r.registered_at, r.status
      FROM jsonb_to_recordset(in_directory -> 'participants')
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
           SELECT r.user_id FROM jsonb_to_recordset(in_directory -> 'erasures') AS r(command integer, user_id text)
            WHERE r.command <> ALL (out_commands)));
END
$$;

CREATE OR REPLACE FUNCTION devshare.rebuild_begin() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    source regclass;
    target name;
    made   record;
BEGIN
    DROP SCHEMA IF EXISTS devshare_rebuild CASCADE;
    CREATE SCHEMA devshare_rebuild;
    COMMENT ON SCHEMA devshare_rebuild IS 'Read models that are being made anew from the log.';
    FOREACH source IN ARRAY ARRAY['devshare.participant', 'devshare.device', 'devshare.share_request']::regclass[] LOOP
        SELECT relname AS name, obj_description(oid, 'pg_class') AS comment INTO made FROM pg_class WHERE oid = source;
        target := made.name;
        EXECUTE format('CREATE TABLE devshare_rebuild.%I (LIKE %s INCLUDING ALL EXCLUDING INDEXES)', made.name, source);
        EXECUTE format('COMMENT ON TABLE devshare_rebuild.%I IS %L', made.name, made.comment);
        -- Keys and indexes under their own names, which LIKE would not keep; keys last, as above.
        FOR made IN SELECT c.relname AS name, obj_description(c.oid, 'pg_class') AS comment,
                           replace(pg_get_indexdef(c.oid), ' ON devshare.', ' ON devshare_rebuild.') AS definition
                      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                     WHERE i.indrelid = source
                       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) LOOP
            EXECUTE made.definition;
            EXECUTE format('COMMENT ON INDEX devshare_rebuild.%I IS %L', made.name, made.comment);
        END LOOP;
        FOR made IN SELECT conname AS name, pg_get_constraintdef(oid) AS definition
                      FROM pg_constraint WHERE conrelid = source AND contype IN ('p', 'u') LOOP
            EXECUTE format('ALTER TABLE devshare_rebuild.%I ADD CONSTRAINT %I %s', target, made.name, made.definition);
        END LOOP;
    END LOOP;
END
$$;
