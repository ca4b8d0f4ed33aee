CREATE OR REPLACE FUNCTION devshare.event_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole devshare.event := CASE WHEN NEW.data = '' THEN OLD ELSE NEW END;
    other devshare.event := NEW;
    permitted boolean := false;
BEGIN
    other.data := OLD.data;
    IF other IS DISTINCT FROM OLD OR (OLD.data = '') = (NEW.data = '') THEN
        RAISE EXCEPTION 'the log is append-only: UPDATE on %.% is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'DS001', HINT = 'Record a new event that corrects the old one.';
    END IF;
    -- Changed data may not leave, and nothing may come back but the data that left.
    IF devshare.leaf_hash(whole) IS DISTINCT FROM whole.leaf_hash THEN
        RAISE EXCEPTION 'the data at position % are not those that were recorded', NEW.position
            USING ERRCODE = 'DS005', HINT = 'Run devshare audit verify.';
    END IF;
    IF NEW.data = '' THEN
        IF NEW.stream >= 'share-request/' AND NEW.stream < 'share-request0' THEN
            permitted := EXISTS (
                SELECT FROM devshare.share_request r
                 WHERE r.ledger = NEW.ledger AND r.request = substr(NEW.stream, 15)::uuid
                   AND r.state IN ('rejected', 'withdrawn', 'expired', 'ended'))
            AND EXISTS (
                SELECT FROM devshare.event a
                 WHERE a.ledger = NEW.ledger AND a.stream >= 'archive/' AND a.stream < 'archive0'
                   AND a.type = 'events-detached'
                   AND NEW.position BETWEEN (a.data::jsonb ->> 'firstPosition')::bigint
                                        AND (a.data::jsonb ->> 'lastPosition')::bigint
                   AND NOT EXISTS (SELECT FROM devshare.event n
                                    WHERE n.ledger = a.ledger AND n.stream = a.stream AND n.version > a.version));
        END IF;
        IF NOT permitted THEN
            RAISE EXCEPTION 'no archive may have the data at position %', NEW.position
                USING ERRCODE = 'DS005', HINT = 'Detach finished requests with devshare archive detach.';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION devshare.event_change IS 'Lets data leave for an archive that the log names, and come back as they were; refuses every other change, even to the owner (SQLSTATE DS001, DS005).';
REVOKE ALL ON FUNCTION devshare.event_change FROM PUBLIC, devshare_app;
