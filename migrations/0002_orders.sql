-- Orders, their attempts, their history, and the callbacks that moved them.

CREATE TYPE order_state AS ENUM (
    'initiated', 'processing', 'pending', 'succeeded', 'reversed', 'failed', 'expired', 'cancelled');
CREATE TYPE attempt_state AS ENUM (
    'sending', 'unknown', 'accepted', 'rejected', 'succeeded', 'failed', 'expired');

CREATE TABLE orders (
    -- UUIDv7: newest first is an index scan backwards.
    id               uuid PRIMARY KEY,
    merchant_id      uuid NOT NULL,
    app_id           uuid NOT NULL,
    reference_number text NOT NULL CHECK (char_length(reference_number) BETWEEN 1 AND 64),
    method           text NOT NULL,
    amount           bigint NOT NULL CHECK (amount > 0),
    -- Exactly what the payer must send, where the provider changed the amount to tell payers apart.
    payable          bigint CHECK (payable > 0),
    -- What the provider said had moved, and what it took for it.
    moved            bigint,
    fee              bigint,
    state            order_state NOT NULL,
    -- Beside the state: why a person must look at it (Core's ReviewReason).
    review           text,
    late             boolean NOT NULL DEFAULT false,
    -- Why it failed: a stable word, and a sentence for a person.
    reason           text,
    reason_detail    text,
    -- Personal data, sealed with AES-256-GCM, bound to the order's id.
    counterparty     bytea,
    -- What the payer is shown. Written once.
    artefact         jsonb,
    notify_url       text,
    redirect_url     text,
    description      text,
    metadata         jsonb,
    -- The router's candidates in order, and why every other account was left out.
    decision         jsonb NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    -- Until when the quote holds, or the payer can pay; and until when the merchant wished a payin to be payable.
    expires_at       timestamptz,
    pay_by           timestamptz,
    -- Every change makes the next version, with the event of that number: writers compare and set.
    version          integer NOT NULL DEFAULT 1,
    -- Due work is this row. Who takes it moves due_at to the end of its lease and takes the next fence; who stalls
    -- past its lease finds another fence and cannot write.
    due_at           timestamptz,
    fence            integer NOT NULL DEFAULT 0,
    -- Whether somebody is asking about the order under a lease right now: who wants to know more waits for that answer
    -- instead of asking too. A lease that has ended (due_at) holds nothing.
    held             boolean NOT NULL DEFAULT false,
    -- Questions asked of the provider about the attempt under way.
    polls            integer NOT NULL DEFAULT 0,
    UNIQUE (merchant_id, reference_number)
);
CREATE INDEX orders_of_merchant ON orders (merchant_id, id);
CREATE INDEX orders_of_merchant_by_state ON orders (merchant_id, state, id);
CREATE INDEX orders_due ON orders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX orders_in_review ON orders (id) WHERE review IS NOT NULL;

CREATE TABLE attempts (
    id                 uuid PRIMARY KEY,
    order_id           uuid NOT NULL REFERENCES orders,
    -- Its place among the order's attempts, from 1.
    ordinal            integer NOT NULL,
    account_id         uuid NOT NULL REFERENCES provider_accounts,
    -- What the provider is told, and is asked by; committed before the first byte is sent.
    reference          text NOT NULL UNIQUE,
    provider_reference text,
    state              attempt_state NOT NULL,
    reason             text,
    reason_detail      text,
    created_at         timestamptz NOT NULL,
    finished_at        timestamptz,
    UNIQUE (order_id, ordinal)
);
-- Promise 1: no payout is paid twice, no payin is asked for twice.
CREATE UNIQUE INDEX attempts_one_open ON attempts (order_id)
    WHERE state IN ('sending', 'unknown', 'accepted', 'succeeded');

-- What happened to an order, append-only, written with the change it tells of.
CREATE TABLE order_events (
    order_id uuid NOT NULL REFERENCES orders,
    -- The order's version that this event made.
    number   integer NOT NULL,
    at       timestamptz NOT NULL,
    kind     text NOT NULL,
    -- Who: merchant, causeway, provider, operator.
    actor    text NOT NULL,
    detail   jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (order_id, number)
);

CREATE TABLE idempotency_keys (
    app_id      uuid NOT NULL,
    key         text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    -- SHA-256 over the call and its payload.
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    order_id    uuid NOT NULL,
    created_at  timestamptz NOT NULL,
    -- The first answer, byte for byte. Null while the first call runs.
    status      integer,
    body        bytea,
    PRIMARY KEY (app_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Every verified callback, for evidence and against repeats. One that fits no attempt waits here for a person.
CREATE TABLE provider_callbacks (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  uuid NOT NULL REFERENCES provider_accounts,
    digest      bytea NOT NULL CHECK (octet_length(digest) = 32),
    received_at timestamptz NOT NULL,
    order_id    uuid REFERENCES orders,
    reference   text NOT NULL,
    -- Sealed, bound to the account's id.
    sealed_body bytea NOT NULL,
    UNIQUE (account_id, digest)
);
CREATE INDEX provider_callbacks_unmatched ON provider_callbacks (id) WHERE order_id IS NULL;
