-- What keeps an account from taking a payment because of its owner's limits and its money.

ALTER TABLE provider_accounts
    -- Caps, maintenance windows and the low-balance warning, as the operator wrote them (AccountLimits).
    ADD COLUMN limits jsonb NOT NULL DEFAULT '{}';

-- What an account has taken of a method in a day or month that has a cap. The statement that commits an attempt adds to it,
-- and the one that ends it unpaid takes away again: the check below is what makes a cap exact, whoever commits.
CREATE TABLE cap_usage (
    account_id   uuid NOT NULL REFERENCES provider_accounts,
    method       text NOT NULL,
    period       text NOT NULL CHECK (period IN ('day', 'month')),
    -- When it began on the provider's clock.
    starts_at    timestamptz NOT NULL,
    amount       bigint NOT NULL,
    payments     bigint NOT NULL,
    -- The cap in force at the last commit. Null after what is counted in any case: money that moved, and a count anew.
    amount_cap   bigint,
    payments_cap bigint,
    made_at      timestamptz NOT NULL,
    -- Whether it was counted anew once everybody knew of the cap.
    is_checked   boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, method, period, starts_at),
    CONSTRAINT cap_usage_within CHECK (amount <= amount_cap AND payments <= payments_cap)
) WITH (fillfactor = 50);

ALTER TABLE attempts
    -- When the provider was first known to have it.
    ADD COLUMN accepted_at timestamptz,
    -- What a payout takes from a balance that does not show it yet. Null: nothing, or no balance is told.
    ADD COLUMN reserved bigint;
CREATE INDEX attempts_reserving ON attempts (account_id) WHERE reserved IS NOT NULL;

ALTER TABLE provider_account_status
    -- The codes of banks that the provider does not serve now, and when it said so.
    ADD COLUMN unserved_banks text[] NOT NULL DEFAULT '{}',
    ADD COLUMN banks_at timestamptz;
