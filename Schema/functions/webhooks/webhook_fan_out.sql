CREATE OR REPLACE FUNCTION devshare.webhook_fan_out(in_ledger integer, in_subscription uuid, in_limit integer, in_withheld text[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    wanted text[];
    permit boolean;
    seen   bigint;
    head   bigint;
    upto   bigint;
BEGIN
    SELECT s.position, s.event_types, s.confidential INTO seen, wanted, permit
      FROM devshare.webhook_subscription s
     WHERE s.ledger = in_ledger AND s.subscription = in_subscription AND s.state = 'active'
       FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0; -- removed, stopped, or another process works on it
    END IF;
    SELECT l.position INTO head FROM devshare.ledger l WHERE l.ledger = in_ledger;
    upto := least(head, seen + in_limit);
    IF upto <= seen THEN
        RETURN 0;
    END IF;
    -- If the stream has a row, its lock orders this with webhook_delivered, which either sees the new
    -- last_position or has deleted the row before.
    INSERT INTO devshare.webhook_delivery AS d (ledger, subscription, stream, position, last_position, due_at)
    SELECT in_ledger, in_subscription, e.stream, min(e.position), max(e.position), statement_timestamp()
      FROM devshare.event e
     WHERE e.ledger = in_ledger AND e.position > seen AND e.position <= upto
       AND (cardinality(wanted) = 0 OR e.type = ANY (wanted))
       AND (permit OR e.type <> ALL (in_withheld))
     GROUP BY e.stream
     ORDER BY e.stream
    ON CONFLICT (ledger, subscription, stream) DO UPDATE
       SET last_position = greatest(d.last_position, excluded.last_position);
    UPDATE devshare.webhook_subscription s SET position = upto
     WHERE s.ledger = in_ledger AND s.subscription = in_subscription;
    RETURN head - upto;
END
$$;
COMMENT ON FUNCTION devshare.webhook_fan_out IS 'Moves a subscription''s cursor over at most in_limit events, and queues those that it wants and may have: types in in_withheld are for confidential subscriptions only. Returns how many events are left to look at.';
REVOKE ALL ON FUNCTION devshare.webhook_fan_out FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_fan_out TO devshare_app;
