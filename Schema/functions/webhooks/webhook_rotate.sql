CREATE OR REPLACE FUNCTION devshare.webhook_rotate(
    in_ledger integer, in_subscription uuid, in_secret bytea, in_keep_ms bigint, in_key text
) RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known record;
BEGIN
    SELECT k.secret, k.rotation INTO known
      FROM devshare.webhook_secret k
     WHERE k.ledger = in_ledger AND k.subscription = in_subscription
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF known.rotation = in_key THEN
        RETURN known.secret;
    END IF;
    UPDATE devshare.webhook_secret k
       SET previous_secret = k.secret, previous_until = statement_timestamp() + in_keep_ms * interval '1 ms',
           secret = in_secret, rotation = in_key
     WHERE k.ledger = in_ledger AND k.subscription = in_subscription;
    RETURN in_secret;
END
$$;
COMMENT ON FUNCTION devshare.webhook_rotate IS 'Puts a new secret in use, and keeps signing with the old one beside it for in_keep_ms. Returns the secret in use; null if there is no such subscription.';
REVOKE ALL ON FUNCTION devshare.webhook_rotate FROM PUBLIC, devshare_app;
GRANT EXECUTE ON FUNCTION devshare.webhook_rotate TO devshare_app;
