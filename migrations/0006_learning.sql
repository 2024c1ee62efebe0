-- What attempts came to, for routing to learn from: written with the change of the order that it tells of, and taken in by
-- every process in the same order. That order is by transaction, and only as far as no older transaction is under way
-- (pg_snapshot_xmin), so that nobody passes over what commits a moment later. Rows are needed until a snapshot holds them,
-- and a while longer for processes that could not read for some time.
CREATE TABLE attempt_reports (
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id         bigint GENERATED ALWAYS AS IDENTITY,
    account_id uuid NOT NULL,
    method     text NOT NULL,
    bank       text,
    -- Routing's AttemptReport.Verdict.
    verdict    text NOT NULL,
    latency_ms integer,
    at         timestamptz NOT NULL,
    PRIMARY KEY (xid, id)
);

-- What was learned, up to a place in the log above: where a process that starts goes on from.
CREATE TABLE standings (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    xid      xid8 NOT NULL,
    id       bigint NOT NULL,
    snapshot jsonb NOT NULL,
    taken_at timestamptz NOT NULL
);
