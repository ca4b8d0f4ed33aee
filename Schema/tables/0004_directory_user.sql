-- Read models of the directory: this table and 0005_device.sql. Each row follows from the log and can be rebuilt from it;
-- decisions are made from the log, these tables answer questions.
CREATE TABLE devshare.directory_user (
    ledger        integer     NOT NULL,
    user_id       text        COLLATE "C" NOT NULL,
    entity        text        COLLATE "C" NOT NULL,
    entity_kind   text        COLLATE "C" NOT NULL CHECK (entity_kind IN ('individual', 'organization')),
    registered_at timestamptz NOT NULL,
    status        text        COLLATE "C" NOT NULL CHECK (status IN ('open', 'closed')),
    PRIMARY KEY (ledger, user_id)
);
COMMENT ON TABLE  devshare.directory_user               IS 'Users (login names) of the broker, whether they take part in a request or not.';
COMMENT ON COLUMN devshare.directory_user.ledger        IS 'The ledger the user belongs to.';
COMMENT ON COLUMN devshare.directory_user.user_id       IS 'The login name.';
COMMENT ON COLUMN devshare.directory_user.entity        IS 'The person or organisation that the login name belongs to.';
COMMENT ON COLUMN devshare.directory_user.entity_kind   IS 'individual or organization.';
COMMENT ON COLUMN devshare.directory_user.registered_at IS 'When the broker registered the login name.';
COMMENT ON COLUMN devshare.directory_user.status        IS 'open, or closed for good.';

CREATE INDEX directory_user_entity ON devshare.directory_user (ledger, entity);
COMMENT ON INDEX devshare.directory_user_entity IS 'The login names of one entity: whose devices a user may ask for.';
