-- Ends the transaction where the users of an entity are no longer those that its caller knows: an engine calls this before it
-- appends, in the same transaction, for each entity whose users' sharings or requests a decision has counted. Each user's own
-- stream is a condition of the append; who belongs to the entity has no stream.
--
-- The ledger is locked first: what is found here is true for the append that follows.
CREATE OR REPLACE FUNCTION devshare.members_check(
    in_ledger  integer,
    in_entity  text[],
    -- Of each entity its users in the order of their bytes, a line each; null where there are more than in_maximum.
    in_members text[],
    in_maximum integer
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    members text;
BEGIN
    PERFORM FROM devshare.ledger l WHERE l.ledger = in_ledger FOR UPDATE;
    FOR e IN 1 .. cardinality(in_entity) LOOP
        SELECT CASE WHEN count(*) <= in_maximum THEN coalesce(string_agg(u.user_id, E'\n' ORDER BY u.user_id), '') END
          INTO members
          FROM (SELECT user_id FROM devshare.directory_user
                 WHERE ledger = in_ledger AND entity = in_entity[e] LIMIT in_maximum + 1) u;
        IF members IS DISTINCT FROM in_members[e] THEN
            RAISE EXCEPTION 'the users of the entity % are others than those that were counted', in_entity[e]
                USING ERRCODE = 'DS009', HINT = 'Users were registered, or moved. Read again, and decide again.';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION devshare.members_check IS 'Locks a ledger, and refuses the transaction (DS009) where the users of these entities are not those that are named.';
REVOKE ALL ON FUNCTION devshare.members_check FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.members_check TO devshare_app;
