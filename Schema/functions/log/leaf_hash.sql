CREATE OR REPLACE FUNCTION devshare.leaf_hash(in_event devshare.event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256('\x0001'::bytea || devshare.leaf_text(l.name) || devshare.leaf_text(in_event.stream)
               || int4send(in_event.version) || devshare.leaf_text(in_event.type) || int2send(in_event.schema_version)
               || int8send((extract(epoch FROM in_event.recorded_at) * 1000000)::bigint)
               || devshare.leaf_text(in_event.metadata) || devshare.leaf_text(in_event.data))
      FROM devshare.ledger l WHERE l.ledger = in_event.ledger
$$;
COMMENT ON FUNCTION devshare.leaf_hash IS 'The leaf hash of an event by its columns, as Schema/LEAF-ENCODING.md defines it.';
REVOKE ALL ON FUNCTION devshare.leaf_hash FROM PUBLIC, devshare_app;
