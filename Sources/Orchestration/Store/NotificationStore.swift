internal import Core
internal import Postgres

/// A notification that is due, with the order as it is now.
struct DueNotification: Sendable {
    var id: Int64
    var version: Int
    var tries: Int
    var createdAt: Timestamp
    var record: OrderRecord
}

/// Reads and writes what merchants are told.
struct NotificationStore: Sendable {
    let database: PostgresPool

    static let claim = Statement(
        "notification_claim",
        """
        WITH n AS (
            UPDATE notifications SET due_at = $2::timestamptz, tries = tries + 1
            WHERE id = ANY (ARRAY(
                SELECT d.id FROM notifications d JOIN orders o ON o.id = d.order_id
                WHERE d.due_at <= $1::timestamptz AND o.merchant_id <> ALL ($4::uuid[])
                ORDER BY d.due_at LIMIT $3::bigint FOR UPDATE OF d SKIP LOCKED))
            RETURNING notifications.*
        )
        SELECT n.id AS notification_id, n.version AS told_version, n.tries, n.created_at AS noted_at,
            \(OrderRecord.columns)
        FROM n JOIN orders o ON o.id = n.order_id \(OrderRecord.newestAttempt)
        """)

    /// Takes what is due, but for these merchants; it is ours until `lease`.
    func claim(
        now: Timestamp, until lease: Timestamp, limit: Int, except merchants: [Identifier] = []
    ) async throws(PostgresError) -> [DueNotification] {
        var due: [DueNotification] = []
        let others = Value.uuidArray(merchants.map { (high: $0.high, low: $0.low) })
        for row in try await database.query(
            Self.claim, [Value(now), Value(lease), .int(Int64(limit)), others])
        {
            // An order that this program cannot read keeps nobody else from being told; it is due again after the lease.
            guard let record = try? OrderRecord(row) else { continue }
            due.append(
                DueNotification(
                    id: try row.int("notification_id"), version: Int(try row.int("told_version")),
                    tries: Int(try row.int("tries")), createdAt: try row.time("noted_at"), record: record))
        }
        return due
    }

    static let write = Statement(
        "notification_write",
        """
        UPDATE notifications SET due_at = $3::timestamptz, delivered_at = $4::timestamptz, problem = $5::text
        WHERE id = $1::bigint AND tries = $2::bigint
        """)

    /// Writes what came of a try, unless somebody else has taken the notification since.
    func write(
        _ notification: DueNotification, due: Timestamp?, deliveredAt: Timestamp?, problem: String?
    ) async throws(PostgresError) {
        _ = try await database.query(
            Self.write,
            [
                .int(notification.id), .int(Int64(notification.tries)), Value(due), Value(deliveredAt),
                Value(problem),
            ])
    }
}
