-- A proposed document of routing rules beside the one in force: what it would have decided, for a share of orders. Every
-- version of it is kept. The newest one is in force; one without a document is the end of the one before.
CREATE TABLE routing_shadows (
    revision   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document   jsonb,
    -- Of all orders, in per cent.
    share      integer NOT NULL CHECK (share BETWEEN 0 AND 100),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    why        text NOT NULL
);

-- Part of what every process keeps in memory, as the rules are.
CREATE TRIGGER routing_shadows_changed AFTER INSERT ON routing_shadows
    FOR EACH STATEMENT EXECUTE FUNCTION tell_directory_changed();

-- A table of its own, and no column of orders: orders outside the share are written by a statement that knows nothing of it.
-- Nothing here can fail an order: no condition but that the order is there, which the same statement makes.
CREATE TABLE shadow_decisions (
    -- UUIDv7: the newest are found backwards.
    order_id   uuid PRIMARY KEY REFERENCES orders,
    revision   bigint NOT NULL,
    -- The first candidate of the rules in force, and of the shadow; null: no account would have taken it.
    decided_id uuid NOT NULL,
    account_id uuid,
    decision   jsonb NOT NULL
);
