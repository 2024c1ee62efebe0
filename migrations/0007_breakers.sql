-- Breakers that operators opened by hand: nothing goes through, not even for want of others, until somebody resets them, which
-- takes the row away. The audit log keeps what was said. A reset is a report in the log of attempts, too, so that every
-- process forgets the same failures.
CREATE TABLE breaker_switches (
    account_id uuid NOT NULL REFERENCES provider_accounts,
    -- Empty: every method of the account.
    method     text NOT NULL,
    opened_at  timestamptz NOT NULL,
    opened_by  text NOT NULL,
    why        text NOT NULL,
    PRIMARY KEY (account_id, method)
);

-- Part of what every process keeps in memory.
CREATE TRIGGER breaker_switches_changed AFTER INSERT OR UPDATE OR DELETE ON breaker_switches
    FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_changed();

-- When the attempt was sent: what was on its way when a breaker opened or was reset neither opens nor closes it.
ALTER TABLE attempt_reports ADD COLUMN begun_at timestamptz;
