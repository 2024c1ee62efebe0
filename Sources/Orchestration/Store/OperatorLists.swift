internal import Core
public import JSON
internal import Postgres

/// How a reactor's sessions with the database are doing.
public struct PoolFigures: Sendable {
    /// Sessions with nothing to do.
    public var idle = 0
    /// Sessions held by a transaction, or with statements under way.
    public var inUse = 0
    /// Statements and transactions that wait for a session.
    public var waiting = 0
    /// Statements sent and not yet answered.
    public var underWay = 0

    /// None.
    public init() {}
}

extension Engine {
    private static let auditPage = Statement(
        "audit_page",
        """
        SELECT id, at, actor, action, subject, detail::text AS detail FROM audit_log
        WHERE id < coalesce($1::bigint, 9223372036854775807) ORDER BY id DESC LIMIT $2::bigint
        """)

    private static let unmatchedPage = Statement(
        "unmatched_callbacks_page",
        """
        SELECT id, account_id, received_at, reference FROM provider_callbacks
        WHERE order_id IS NULL AND id < coalesce($1::bigint, 9223372036854775807) ORDER BY id DESC LIMIT $2::bigint
        """)

    /// How this reactor's pool is doing.
    public func poolFigures() async -> PoolFigures {
        let statistics = await database.statistics
        var figures = PoolFigures()
        figures.idle = statistics.idle
        figures.inUse = statistics.inUse
        figures.waiting = statistics.waiting
        figures.underWay = statistics.underWay
        return figures
    }

    /// Who changed what, newest first.
    ///
    /// - Parameter before: only entries with a lower id.
    public func auditLog(before: Int64?, limit: Int) async throws(OrderError) -> [JSON] {
        try await page(Self.auditPage, before, limit) { row throws(PostgresError) in
            let detail = try? JSON.parse(Array(try row.text("detail").utf8))
            return [
                "id": .int(try row.int("id")), "at": .string(try row.time("at").iso8601),
                "actor": .string(try row.text("actor")), "action": .string(try row.text("action")),
                "subject": .string(try row.text("subject")), "detail": detail ?? .null,
            ]
        }
    }

    /// Verified callbacks that fit no order, newest first: what they said stays sealed.
    ///
    /// - Parameter before: only those with a lower id.
    public func unmatchedCallbacks(before: Int64?, limit: Int) async throws(OrderError) -> [JSON] {
        try await page(Self.unmatchedPage, before, limit) { row throws(PostgresError) in
            [
                "id": .int(try row.int("id")),
                "accountId": .string(try row.identifier("account_id").text(.providerAccount)),
                "receivedAt": .string(try row.time("received_at").iso8601),
                "reference": .string(try row.text("reference")),
            ]
        }
    }

    private func page(
        _ statement: Statement, _ before: Int64?, _ limit: Int, _ read: (Row) throws(PostgresError) -> JSON
    ) async throws(OrderError) -> [JSON] {
        do throws(PostgresError) {
            var found: [JSON] = []
            for row in try await database.query(statement, [Value(before), Value(Int64(limit))]) {
                found.append(try read(row))
            }
            return found
        } catch {
            throw .unavailable
        }
    }
}
