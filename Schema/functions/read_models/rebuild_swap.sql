CREATE OR REPLACE FUNCTION devshare.rebuild_swap() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- As views/sharing.sql made it.
    view_definition text := pg_get_viewdef('devshare.sharing'::regclass);
BEGIN
    -- The old tables make room, and the view moves to the fresh ones, with its comments and grants.
    CREATE SCHEMA devshare_replaced;
    ALTER TABLE devshare.directory_user SET SCHEMA devshare_replaced;
    ALTER TABLE devshare.device SET SCHEMA devshare_replaced;
    ALTER TABLE devshare.share_request SET SCHEMA devshare_replaced;
    ALTER TABLE devshare_rebuild.directory_user SET SCHEMA devshare;
    ALTER TABLE devshare_rebuild.device SET SCHEMA devshare;
    ALTER TABLE devshare_rebuild.share_request SET SCHEMA devshare;
    GRANT SELECT ON devshare.directory_user, devshare.device, devshare.share_request TO devshare_app;
    EXECUTE 'CREATE OR REPLACE VIEW devshare.sharing AS ' || view_definition;
    DROP TABLE devshare_replaced.directory_user, devshare_replaced.device, devshare_replaced.share_request;
    DROP SCHEMA devshare_replaced;
    DROP SCHEMA devshare_rebuild;
END
$$;
COMMENT ON FUNCTION devshare.rebuild_swap IS 'Puts the fresh read models in the place of the live ones.';
REVOKE ALL ON FUNCTION devshare.rebuild_swap FROM PUBLIC, devshare_app;
