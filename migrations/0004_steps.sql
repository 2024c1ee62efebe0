-- Payments in several steps (create, then confirm), and accounts whose calls take a token that runs out.

-- Nothing that moves money was sent yet, at most a harmless step before it.
ALTER TYPE attempt_state ADD VALUE 'preparing' BEFORE 'sending';

ALTER TABLE attempts
    -- When what moves money began to be sent, where a step came before it; else it is created_at.
    ADD COLUMN sent_at timestamptz,
    -- What that step brought, and whom the merchant means to pay: sealed, bound to the attempt's id.
    ADD COLUMN preparation bytea;

-- Promise 1, for the new state too. By what is closed: a value that was just added cannot be named in this transaction.
DROP INDEX attempts_one_open;
CREATE UNIQUE INDEX attempts_one_open ON attempts (order_id)
    WHERE state NOT IN ('rejected', 'failed', 'expired');

-- A payment that a customer claims is looked for by the provider's number of it.
CREATE INDEX attempts_by_provider_reference ON attempts (provider_reference) WHERE provider_reference IS NOT NULL;

-- The token that authorises an account's calls, shared by all processes.
CREATE TABLE provider_sessions (
    account_id    uuid PRIMARY KEY REFERENCES provider_accounts,
    -- SHA-256 of the credentials that it hangs on: with others it is of no use.
    identity      bytea NOT NULL CHECK (octet_length(identity) = 32),
    -- Sealed, bound to the account's id. Null until the first one is there.
    sealed_token  bytea,
    -- Grows with every new token: who was refused knows whether there has been a newer one since.
    generation    bigint NOT NULL DEFAULT 0,
    renew_at      timestamptz,
    expires_at    timestamptz,
    -- Until when the process that asks for a new one is given time.
    renewing_till timestamptz
);
