-- Who calls us (merchants, apps and their tokens) and whom we call (provider accounts).
-- Every process holds merchants, apps and provider accounts in memory and reloads them when told so on the channel
-- `causeway_directory`: no payment reads them from here.

CREATE TABLE merchants (
    id           uuid PRIMARY KEY,
    name         text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    display_name text NOT NULL CHECK (char_length(display_name) BETWEEN 1 AND 100),
    enabled      boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE apps (
    id                 uuid PRIMARY KEY,
    merchant_id        uuid NOT NULL REFERENCES merchants,
    name               text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    -- SHA-256 of random keys of 256 bits: there is nothing to guess, so no slow hash is needed.
    access_key_hash    bytea NOT NULL UNIQUE CHECK (octet_length(access_key_hash) = 32),
    secret_key_hash    bytea NOT NULL CHECK (octet_length(secret_key_hash) = 32),
    -- What signs bodies and notifications: derived from the secret key, sealed, bound to the app's id.
    sealed_signing_key bytea NOT NULL,
    enabled            boolean NOT NULL DEFAULT true,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    UNIQUE (merchant_id, name)
);

-- One sign-in, and all refresh tokens that came from it. Revoking is of the whole: a token used twice means that two
-- hold it, and nobody knows which of them is the app.
CREATE TABLE refresh_families (
    id             uuid PRIMARY KEY,
    app_id         uuid NOT NULL REFERENCES apps,
    created_at     timestamptz NOT NULL,
    revoked_at     timestamptz,
    -- reused, keys_rotated.
    revoked_reason text
);
CREATE INDEX refresh_families_app ON refresh_families (app_id) WHERE revoked_at IS NULL;

CREATE TABLE refresh_tokens (
    -- SHA-256: whoever reads this table holds no token.
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    family     uuid NOT NULL REFERENCES refresh_families ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);

-- A known text sealed under the master key, at its first use: tells a wrong key from the right one.
CREATE TABLE vault_check (
    id         boolean PRIMARY KEY DEFAULT true CHECK (id),
    sealed     bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE provider_accounts (
    id                 uuid PRIMARY KEY,
    name               text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    connector          text NOT NULL,
    enabled            boolean NOT NULL DEFAULT true,
    -- Lower is tried first.
    priority           integer NOT NULL DEFAULT 100 CHECK (priority BETWEEN 0 AND 10000),
    methods            text[] NOT NULL,
    -- What may be read; the secrets are apart, sealed with AES-256-GCM under the master key, bound to the account's id.
    settings           jsonb NOT NULL,
    sealed_secrets     bytea NOT NULL,
    -- Where its callbacks may come from (CIDR); empty: anywhere, and the signature decides.
    callback_addresses text[] NOT NULL DEFAULT '{}',
    -- An HTTP proxy for calls to this provider.
    proxy              text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now()
);

-- What was last seen of an account: written by whichever process looks, read by every health page.
CREATE TABLE provider_account_status (
    account_id      uuid PRIMARY KEY REFERENCES provider_accounts,
    -- Due work, as orders.due_at.
    due_at          timestamptz NOT NULL DEFAULT now(),
    healthy         boolean,
    -- A sentence for an operator.
    problem         text,
    checked_at      timestamptz,
    last_success_at timestamptz,
    latency_ms      integer,
    balance         bigint,
    balance_at      timestamptz
);
CREATE INDEX provider_account_status_due ON provider_account_status (due_at);

-- Who changed what, and when. Append-only.
CREATE TABLE audit_log (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    actor   text NOT NULL,
    action  text NOT NULL,
    subject text NOT NULL,
    detail  jsonb NOT NULL DEFAULT '{}'
);

CREATE FUNCTION tell_directory_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('causeway_directory', TG_TABLE_NAME);
    RETURN NULL;
END $$;

CREATE TRIGGER merchants_changed AFTER INSERT OR UPDATE OR DELETE ON merchants
    FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_changed();
CREATE TRIGGER apps_changed AFTER INSERT OR UPDATE OR DELETE ON apps
    FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_changed();
CREATE TRIGGER provider_accounts_changed AFTER INSERT OR UPDATE OR DELETE ON provider_accounts
    FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_changed();
