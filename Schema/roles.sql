-- Who may do what. The owner migrates and rebuilds; the application reads, and writes by the functions that are granted to
-- it in their own files. Roles belong to the whole server, so an existing one is taken as it is.

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

REVOKE ALL ON SCHEMA devshare FROM PUBLIC, devshare_app;
GRANT USAGE ON SCHEMA devshare TO devshare_app;
REVOKE ALL ON ALL TABLES IN SCHEMA devshare FROM PUBLIC, devshare_app;
GRANT SELECT ON ALL TABLES IN SCHEMA devshare TO devshare_app;
