-- Ends the transaction unless the log holds every event that its caller has seen: an engine calls this before it appends, in the
-- same transaction, with the newest events that it has seen. There is more than one while it has not made sure that they are of
-- one log.
--
-- A database that comes back without its last events, after a failover to a standby that was behind or after a restore, gives
-- their positions and versions out again. A decision on what an engine remembers could then meet the versions that it saw, of
-- other events. The hash of an event is not given out twice.
--
-- The ledger is locked first: what is found here is true for the append that follows.
CREATE OR REPLACE FUNCTION devshare.anchor_check(in_ledger integer, in_position bigint[], in_leaf_hash bytea[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
BEGIN
    PERFORM FROM devshare.ledger l WHERE l.ledger = in_ledger FOR UPDATE;
    FOR anchor IN 1 .. cardinality(in_position) LOOP
        PERFORM FROM devshare.event e
          WHERE e.ledger = in_ledger AND e.position = in_position[anchor] AND e.leaf_hash = in_leaf_hash[anchor];
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the log does not hold the event of position % that was seen there', in_position[anchor]
                USING ERRCODE = 'DS007', HINT = 'The database has lost its last events. Read again, and decide again.';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION devshare.anchor_check IS 'Locks a ledger, and refuses the transaction (DS007) where the log does not hold the events of these positions and leaf hashes.';
REVOKE ALL ON FUNCTION devshare.anchor_check FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.anchor_check TO devshare_app;
