internal import Core
internal import Postgres

/// The steps of an attempt before the one that moves money.
extension OrderStore {
    /// What was prepared, committed before anything of the next step is sent.
    static let prepared = Statement(
        "order_prepared",
        """
        WITH o AS (
            UPDATE orders SET due_at = $4::timestamptz, expires_at = $5::timestamptz, updated_at = $6::timestamptz,
                held = state <> 'initiated', version = version + 1
            WHERE id = $1::uuid AND version = $2::bigint AND fence = $3::bigint
            RETURNING id, version
        ), a AS (
            UPDATE attempts SET state = $8::text::attempt_state, preparation = $9::bytea, sent_at = $10::timestamptz
            FROM o WHERE attempts.id = $7::uuid
        ), e AS (
            INSERT INTO order_events (order_id, number, at, kind, actor, detail)
            SELECT o.id, o.version, $6::timestamptz, 'prepared', 'provider', $11::jsonb FROM o
        )
        SELECT version FROM o
        """)

    /// Whether it was written: not where somebody else has changed or taken the order since.
    ///
    /// - Parameter next: the record as it will be, in its next version.
    func prepared(_ next: OrderRecord, detail: [UInt8]) async throws(PostgresError) -> Bool {
        let attempt = next.attempt
        let rows = try await database.query(
            Self.prepared,
            [
                Value(next.view.id), .int(Int64(next.view.version - 1)), .int(Int64(next.fence)),
                Value(next.due), Value(next.view.expiresAt), Value(next.view.updatedAt), Value(attempt?.id),
                Value(attempt?.state.rawValue), Value(attempt?.sealedPreparation), Value(attempt?.sentAt),
                .json(detail),
            ])
        return !rows.isEmpty
    }

    /// A quote with an attempt is executed: the order is taken from whoever prepares it, and goes on.
    static let confirm = Statement(
        "order_confirm",
        """
        WITH o AS (
            UPDATE orders SET state = 'processing', due_at = $4::timestamptz, fence = fence + 1, held = true, polls = 0,
                updated_at = $5::timestamptz, version = version + 1
            WHERE id = $1::uuid AND version = $2::bigint AND fence = $3::bigint AND state = 'initiated'
            RETURNING id, version, fence
        ), a AS (
            UPDATE attempts SET state = $7::text::attempt_state, sent_at = $5::timestamptz
            FROM o WHERE attempts.id = $6::uuid
        ), e AS (
            INSERT INTO order_events (order_id, number, at, kind, actor, detail)
            SELECT o.id, o.version, $5::timestamptz, 'confirmed', 'merchant', '{}' FROM o
        )
        SELECT version, fence FROM o
        """)

    /// Gives the order's new version and fence, or `nil` where somebody else was quicker.
    ///
    /// - Parameter state: of its attempt from now on.
    func confirm(
        _ record: OrderRecord, attempt state: AttemptState, due: Timestamp, at now: Timestamp
    ) async throws(PostgresError) -> (version: Int, fence: Int)? {
        let rows = try await database.query(
            Self.confirm,
            [
                Value(record.view.id), .int(Int64(record.view.version)), .int(Int64(record.fence)),
                Value(due), Value(now), Value(record.attempt?.id), .text(state.rawValue),
            ])
        guard let row = rows.first else { return nil }
        return (Int(try row.int("version")), Int(try row.int("fence")))
    }
}
