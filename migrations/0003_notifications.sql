-- What merchants are told: one row for each change of state of an order that has a notify_url, written with the change.

CREATE TABLE notifications (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id     uuid NOT NULL REFERENCES orders,
    -- The order's version that it tells of.
    version      integer NOT NULL,
    -- Due work, as orders.due_at: who takes it moves it past its lease. Null once it is delivered or given up.
    due_at       timestamptz,
    tries        integer NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    delivered_at timestamptz,
    -- What happened at the last try, for an operator.
    problem      text
);
CREATE INDEX notifications_due ON notifications (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX notifications_of_order ON notifications (order_id);
