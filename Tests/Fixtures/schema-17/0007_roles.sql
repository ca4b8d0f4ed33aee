-- Who may do what. The owner migrates and rebuilds; the application reads, writes through
-- sharing_append alone, and forgets old idempotency keys. Roles belong to the whole server, so an existing one is taken as it is.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'devshare_app') THEN
        CREATE ROLE devshare_app NOLOGIN;
        COMMENT ON ROLE devshare_app IS 'The device-sharing application: reads, and writes through devshare.sharing_append.';
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database of this server was migrated at the same moment
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA devshare FROM PUBLIC;
GRANT USAGE ON SCHEMA devshare TO devshare_app;
GRANT SELECT ON ALL TABLES IN SCHEMA devshare TO devshare_app;
GRANT EXECUTE ON FUNCTION devshare.sharing_append, devshare.idempotency_forget TO devshare_app;
