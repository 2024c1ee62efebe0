internal import Core
internal import JSON
internal import Postgres

/// Reads stored orders for replaying, oldest first.
struct BacktestStore: Sendable {
    let database: PostgresPool

    /// Orders of one page: what decides them holds a reactor for a few milliseconds.
    static let pageSize = 100

    /// An order, as far as routing looked at it, with its first attempt.
    struct Stored: Sendable {
        var id: Identifier
        var merchant: Identifier
        var app: Identifier
        var method: PaymentMethod
        var amount: Int64
        var isPaid: Bool
        var sealedCounterparty: [UInt8]?
        var metadata: JSONObject?
        var decision: [UInt8]
        var createdAt: Timestamp
        var first: First?

        /// Its first attempt.
        struct First: Sendable {
            var account: Identifier
            var state: AttemptState
            var reason: String?
            /// Whether the payer was shown something to pay by.
            var isShown: Bool
        }
    }

    /// A page of the index of ids. Attempts are looked up one by one: of a join the planner, not knowing how few orders
    /// are left, might think that it is worth reading all attempts.
    static let page = Statement(
        "backtest_page",
        """
        SELECT o.id, o.merchant_id, o.app_id, o.method, o.amount, o.state IN ('succeeded', 'reversed') AS is_paid,
            o.counterparty, o.metadata, o.decision, o.created_at, o.artefact IS NOT NULL AS is_shown, a.account_id, a.state::text AS attempt_state, a.reason
        FROM (
            SELECT * FROM orders WHERE id > $1::uuid AND id < $2::uuid ORDER BY id LIMIT \(pageSize)
        ) o LEFT JOIN LATERAL (
            SELECT account_id, state, reason FROM attempts WHERE order_id = o.id AND ordinal = 1 LIMIT 1
        ) a ON true ORDER BY o.id
        """)

    /// The orders after one and before another, at most a page.
    ///
    /// - Returns: one for each; `nil` for what this program cannot read. And the last id where there may be more.
    func page(
        after: Identifier, before: Identifier
    ) async throws(PostgresError) -> (orders: [Stored?], last: Identifier?) {
        let rows = try await database.query(Self.page, [Value(after), Value(before)])
        let last = rows.count == Self.pageSize ? try rows.last?.identifier("id") : nil
        return (rows.map { try? Stored($0) }, last)
    }
}

extension BacktestStore.Stored {
    fileprivate init(_ row: Row) throws(PostgresError) {
        guard let method = PaymentMethod(rawValue: try row.text("method")) else {
            throw .undecodable("an order's method is unknown")
        }
        self.method = method
        id = try row.identifier("id")
        merchant = try row.identifier("merchant_id")
        app = try row.identifier("app_id")
        amount = try row.int("amount")
        isPaid = try row.bool("is_paid")
        sealedCounterparty = try row.bytesIfPresent("counterparty")
        metadata = try row.jsonIfPresent("metadata").flatMap { try? JSON.parse($0).objectValue }
        decision = try row.json("decision")
        createdAt = try row.time("created_at")
        guard let account = try row.identifierIfPresent("account_id") else { return }
        guard let state = AttemptState(rawValue: try row.text("attempt_state")) else {
            throw .undecodable("an attempt's state is unknown")
        }
        first = First(
            account: account, state: state, reason: try row.textIfPresent("reason"),
            isShown: try row.bool("is_shown"))
    }
}
