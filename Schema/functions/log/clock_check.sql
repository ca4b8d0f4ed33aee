-- Ends the transaction where the time of a decision has not come yet by the database's clock: an engine calls this before it
-- appends, in the same transaction.
--
-- A ledger's time does not run back. One event with a time of tomorrow would have every right clock refused until tomorrow. So
-- each append is compared, and not only the clocks now and then: a machine that starts with a wrong clock and is set right a
-- moment later has recorded nothing by then.
CREATE OR REPLACE FUNCTION devshare.clock_check(in_recorded_at timestamptz, in_tolerance_microseconds bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ahead interval := in_recorded_at - clock_timestamp();
BEGIN
    -- As numbers: not every number of microseconds is an interval.
    IF extract(epoch FROM ahead) * 1000000 > in_tolerance_microseconds THEN
        RAISE EXCEPTION 'the time of the decision, %, is % ahead of the database''s clock', in_recorded_at, ahead
            USING ERRCODE = 'DS008', DETAIL = floor(extract(epoch FROM ahead))::bigint::text,
                  HINT = 'Set the clock that is wrong right: that of the machine that decided, or that of the database.';
    END IF;
END
$$;
COMMENT ON FUNCTION devshare.clock_check IS 'Refuses the transaction (DS008, detail: whole seconds) where the time of a decision is further ahead of the database''s clock than the tolerance.';
REVOKE ALL ON FUNCTION devshare.clock_check FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.clock_check TO devshare_app;
