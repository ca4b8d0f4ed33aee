-- What defends the log. Tables are in the order in which sealing and appends write them, so that neither waits for the
-- migration while the migration waits for it.

CREATE OR REPLACE TRIGGER tile_only_grows BEFORE UPDATE ON devshare.tile
    FOR EACH ROW EXECUTE FUNCTION devshare.tile_grows();
CREATE OR REPLACE TRIGGER tile_is_append_only BEFORE DELETE ON devshare.tile
    FOR EACH ROW EXECUTE FUNCTION devshare.refuse_change();
CREATE OR REPLACE TRIGGER tile_is_not_truncated BEFORE TRUNCATE ON devshare.tile
    FOR EACH STATEMENT EXECUTE FUNCTION devshare.refuse_change();

CREATE OR REPLACE TRIGGER checkpoint_is_append_only BEFORE UPDATE OR DELETE ON devshare.checkpoint
    FOR EACH ROW EXECUTE FUNCTION devshare.refuse_change();
CREATE OR REPLACE TRIGGER checkpoint_is_not_truncated BEFORE TRUNCATE ON devshare.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION devshare.refuse_change();

CREATE OR REPLACE TRIGGER event_is_append_only BEFORE DELETE ON devshare.event
    FOR EACH ROW EXECUTE FUNCTION devshare.refuse_change();
CREATE OR REPLACE TRIGGER event_changes_for_archives BEFORE UPDATE ON devshare.event
    FOR EACH ROW EXECUTE FUNCTION devshare.event_change();
CREATE OR REPLACE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON devshare.event
    FOR EACH STATEMENT EXECUTE FUNCTION devshare.refuse_change();
