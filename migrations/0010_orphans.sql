-- What belongs to an order is written by the statement that writes the order's own row, so that a foreign key would only look
-- for what is there: a quarter of PostgreSQL's work for a payment, and a lock by each payment on the one row of its account.
-- What else foreign keys are good for, that nothing is removed to which something belongs, triggers do here, which cost
-- nothing until somebody deletes. Why this is enough: docs/decisions/0013-no-foreign-keys-to-orders.md.

ALTER TABLE attempts DROP CONSTRAINT attempts_order_id_fkey, DROP CONSTRAINT attempts_account_id_fkey;
ALTER TABLE order_events DROP CONSTRAINT order_events_order_id_fkey;
ALTER TABLE provider_callbacks
    DROP CONSTRAINT provider_callbacks_order_id_fkey, DROP CONSTRAINT provider_callbacks_account_id_fkey;
ALTER TABLE notifications DROP CONSTRAINT notifications_order_id_fkey;
ALTER TABLE shadow_decisions DROP CONSTRAINT shadow_decisions_order_id_fkey;

-- Its arguments: the columns (table.column) that hold the ids of what is deleted.
CREATE FUNCTION refuse_orphans() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place text;
    found uuid;
BEGIN
    FOREACH place IN ARRAY TG_ARGV LOOP
        EXECUTE format(
            CASE TG_OP WHEN 'TRUNCATE' THEN 'SELECT o.%2$I FROM %1$I o WHERE o.%2$I IS NOT NULL LIMIT 1'
                ELSE 'SELECT removed.id FROM removed JOIN %1$I o ON o.%2$I = removed.id LIMIT 1' END,
            split_part(place, '.', 1), split_part(place, '.', 2)) INTO found;
        IF found IS NOT NULL THEN
            RAISE foreign_key_violation USING
                MESSAGE = format('%s of %s must not be deleted: %s refers to it', found, TG_TABLE_NAME, place),
                HINT = 'Delete what refers to it first.', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER orders_have_no_orphans AFTER DELETE ON orders
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION refuse_orphans(
        'attempts.order_id', 'order_events.order_id', 'provider_callbacks.order_id', 'notifications.order_id',
        'shadow_decisions.order_id');
-- Accounts have foreign keys of other tables still, which refuse it.
CREATE TRIGGER orders_are_not_truncated BEFORE TRUNCATE ON orders
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_orphans(
        'attempts.order_id', 'order_events.order_id', 'provider_callbacks.order_id', 'notifications.order_id',
        'shadow_decisions.order_id');
CREATE TRIGGER provider_accounts_have_no_orphans AFTER DELETE ON provider_accounts
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION refuse_orphans(
        'attempts.account_id', 'provider_callbacks.account_id');
