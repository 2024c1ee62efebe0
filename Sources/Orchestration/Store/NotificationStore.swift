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

    static let claim = claiming("notification_claim", "due_at <= $1::timestamptz")

    /// How far the claim looks past the merchants that it leaves out: their orders are looked up one by one. As a join, the
    /// planner would rather read all orders.
    private static let passedOverMax = 5000

    static let claimOfOthers = claiming(
        "notification_claim_of_others",
        """
        due_at <= coalesce((
            SELECT due_at FROM notifications WHERE due_at <= $1::timestamptz ORDER BY due_at
            OFFSET \(passedOverMax) LIMIT 1), $1::timestamptz)
        AND (SELECT merchant_id FROM orders o WHERE o.id = order_id) <> ALL ($4::uuid[])
        """)

    private static func claiming(_ name: StaticString, _ condition: String) -> Statement {
        Statement(
            name,
            """
            WITH n AS (
                UPDATE notifications SET due_at = $2::timestamptz, tries = tries + 1
                WHERE id = ANY (ARRAY(
                    SELECT id FROM notifications WHERE \(condition) ORDER BY due_at LIMIT $3::bigint
                    FOR UPDATE SKIP LOCKED))
                RETURNING notifications.*
            )
            SELECT n.id AS notification_id, n.version AS told_version, n.tries, n.created_at AS noted_at,
                \(OrderRecord.columns)
            FROM n JOIN orders o ON o.id = n.order_id \(OrderRecord.newestAttempt)
            """)
    }

    /// Takes what is due, but for these merchants; it is ours until `lease`.
    func claim(
        now: Timestamp, until lease: Timestamp, limit: Int, except merchants: [Identifier] = []
    ) async throws(PostgresError) -> [DueNotification] {
        var due: [DueNotification] = []
        var parameters = [Value(now), Value(lease), .int(Int64(limit))]
        if !merchants.isEmpty {
            parameters.append(.uuidArray(merchants.map { (high: $0.high, low: $0.low) }))
        }
        let statement = merchants.isEmpty ? Self.claim : Self.claimOfOthers
        for row in try await database.query(statement, parameters) {
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
